// A process that gets floods: `node --import tsx flooded-calls.ts <base URL> <path> …`. It makes one call after the other on
// the wire context, and writes a line of JSON for each call: its end, and its growth of the peak memory of the process, in
// bytes.
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import { WireContext } from '../../../src/request-context/wire.ts';

const [baseURL = '', ...paths] = process.argv.slice(2);
const most = () => process.resourceUsage().maxRSS * 1024;

for (const path of ['/', ...paths]) {
  await using context = new WireContext({ baseURL, timeoutMs: 60_000 });
  const before = most();
  const ended = await context.get(path).then(
    (answer) => String(answer.status()),
    (error: unknown) => `${outcomeOfError(error)}: ${causeOfError(error)}`,
  );
  console.log(JSON.stringify({ path, ended, grown: most() - before }));
}
