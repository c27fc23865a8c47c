import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { withoutSecrets } from '../kernel/secrets.ts';
import type { Access } from '../meetings/access.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import type { Timings } from '../timings/timings.ts';

/** The operation that creates a user; recorded only if it fails. */
export const LOGIN = 'session.login';

/** A participant's number in the crowd decides its user, however the crowd is divided. */
export function participantId(runId: string, crowd: string, number: number): string {
  return `${runId}-${tag(crowd)}-${number}`;
}

export function hostId(runId: string, crowd: string, number: number): string {
  return `${runId}-${tag(crowd)}-h${number}`;
}

/** User ids have 36 characters at most, and two crowds of one run must not have the same user. */
function tag(crowd: string): string {
  return createHash('sha256').update(crowd).digest('hex').slice(0, 6);
}

/** Whether the service itself or a command creates the users. */
export function asksService({ contract: { identity } }: Access): boolean {
  return identity.login !== undefined || identity.command !== undefined;
}

/** Opens a separate user. A failure is recorded as `session.login`; a success is not recorded. */
export async function openIdentity(
  access: Access,
  name: string,
  { timings, clock }: { readonly timings: Timings; readonly clock: Clock },
): Promise<Identity> {
  const startedAt = clock.now();
  try {
    return await access.identities.open(name);
  } catch (error) {
    const recorded = timings.operation(LOGIN);
    // The cause decides, because the text of the error may come from the service.
    const { cause } = error as Error;
    const isOurs = outcomeOfError(cause) === 'generator limit';
    const outcome = isOurs ? 'generator limit' : 'error';
    recorded.record(outcome, startedAt, clock.now());
    recorded.failure(outcome, isOurs ? causeOfError(cause) : causeOfLogin(error), String(error));
    throw error;
  }
}

/** The message without the name of the user, so that all failures of one kind have the same cause. */
function causeOfLogin(error: unknown): string {
  return withoutSecrets((error as Error).message.split('\n', 1)[0]!).replace(/"[^"]*"/g, '"…"');
}
