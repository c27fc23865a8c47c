import { randomBytes } from 'node:crypto';

/** `20261123-141516-x7f3`: sorts by time, and is part of the user ids, which have 36 characters at most. */
export function newRunId(): string {
  const [date, time] = new Date().toISOString().split('T') as [string, string];
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`;
}
