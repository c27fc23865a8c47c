import { MEETINGS } from './contract.ts';

const below: Readonly<Record<string, string>> = {
  join: 'meeting.join',
  leave: 'meeting.leave',
  reconnect: 'meeting.reconnect',
  'hand/raise': 'hand.raise',
  'hand/lower': 'hand.lower',
  'network/quality': 'network.report',
};

/**
 * The operation of a call by its address, for calls that somebody else made and whose method is not known. Undefined for
 * everything whose address alone does not say what it was.
 */
export function operationOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(`${MEETINGS}/`)) return undefined;
  const [id, ...rest] = pathname.slice(MEETINGS.length + 1).split('/');
  if (!id) return undefined;
  return rest.length === 0 ? 'meeting.get' : below[rest.join('/')];
}
