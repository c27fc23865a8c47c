import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import { idOf } from './contract/operation.ts';

/** The id of the meeting that was created. */
export function meetingIn({ contract }: Access, { values }: Answer): string | undefined {
  return values && idOf(contract.operations.get('meeting.create')?.reads.meeting?.(values));
}

/** The beginning of a sentence for people. */
export function whyNotCreated({ outcome, cause = outcome, retryAfter }: Answer): string {
  const again = retryAfter === undefined ? '' : ` (Retry-After: ${withoutSecrets(retryAfter).slice(0, 40)})`;
  if (outcome === 'invalid' || outcome === 'ok')
    return `The service created a meeting without saying which: ${cause}`;
  const refused = /^http|^denied|^rate/.test(outcome);
  return refused
    ? `The service refused to create the meeting: ${cause}${again}`
    : `The service did not create the meeting: ${cause}`;
}
