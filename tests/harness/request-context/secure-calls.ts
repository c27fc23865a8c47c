// A process that trusts NODE_EXTRA_CA_CERTS, like the workers of a run: `node --import tsx secure-calls.ts <JSON>`.
// It calls the service once with each context, and writes a line for each call: the status or the cause.
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import type { RequestContextOptions } from '../../../src/request-context/request-context.ts';

const calls = JSON.parse(process.argv[2]!) as Pick<RequestContextOptions, 'baseURL' | 'via'>[];

for (const options of calls) {
  const context = await openRequestContext('playwright', { ...options, timeoutMs: 30_000 });
  const line = await context.get('/health').then(
    (response) => String(response.status()),
    (error: unknown) => `${outcomeOfError(error)}: ${causeOfError(error)}`,
  );
  console.log(line);
  await context.dispose();
}
