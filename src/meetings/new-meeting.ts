import { assertNever } from '../kernel/errors.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import { idOf } from './contract/operation.ts';

/**
 * The meeting with this number, from 0, if the contract has meetings without creating them: an existing one, or
 * one that exists as soon as a user enters, with `unique` in its name. Undefined if meetings are created.
 */
export function meetingWithoutCreating(
  { meetings, environment: env }: Contract,
  number: number,
  unique: string,
): string | undefined {
  switch (meetings.kind) {
    case 'created':
      return undefined;
    case 'fixed':
      return meetings.ids[number % meetings.ids.length];
    case 'named':
      return meetings.name({ unique, env });
    default:
      return assertNever(meetings);
  }
}

/** The id of the meeting that was created. */
export function meetingIn({ contract }: Access, { values }: Answer): string | undefined {
  return values && idOf(contract.operations.get('meeting.create')?.reads.meeting?.(values));
}

/** The beginning of a message for the user. */
export function whyNotCreated({ outcome, cause = outcome, retryAfter }: Answer): string {
  const again = retryAfter === undefined ? '' : ` (Retry-After: ${withoutSecrets(retryAfter).slice(0, 40)})`;
  if (outcome === 'invalid' || outcome === 'ok')
    return `The service created a meeting without sending its id: ${cause}`;
  const refused = /^http|^denied|^rate/.test(outcome);
  return refused
    ? `The service refused to create the meeting: ${cause}${again}`
    : `The service did not create the meeting: ${cause}`;
}
