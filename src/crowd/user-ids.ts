import { createHash } from 'node:crypto';

/** A participant is the same user for its number in the crowd, however the crowd is shared. */
export function participantId(runId: string, crowd: string, number: number): string {
  return `${runId}-${tag(crowd)}-${number}`;
}

export function hostId(runId: string, crowd: string, number: number): string {
  return `${runId}-${tag(crowd)}-h${number}`;
}

/** User ids have 36 characters at most, and two crowds of one run must not share a user. */
function tag(crowd: string): string {
  return createHash('sha256').update(crowd).digest('hex').slice(0, 6);
}
