/** The words by which the parts of a meetings service are recognised. */

/**
 * The words of a name in lower case: `hasRaisedHand`, `has_raised_hand` and `meeting:hand-raised` have three words
 * each.
 */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function singular(word: string): string {
  if (word === 'people') return 'person';
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && word !== 'status'
    ? word.slice(0, -1)
    : word;
}

const groups = {
  meeting: 'meeting room conference conf call session channel webinar huddle lounge',
  person: 'participant guest attendee member user person peer listener viewer visitor occupant',
  self: 'me self you myself current',
  envelope: 'data result payload response body content value attributes',
  id: 'id uuid guid uid code slug key',
  user: 'user uid sub',
  join: 'join joined enter entered admission admit subscribe subscribed presence seat checkin',
  leave: 'leave left exit exited quit hangup depart checkout unsubscribe',
  hand: 'hand',
  lower: 'lower lowered down drop unraise off',
  reconnect: 'reconnect rejoin resume restore',
  network: 'network quality stat telemetry connectivity',
  chat: 'chat message msg say',
  health: 'health alive up healthz healthcheck ready readyz readiness live livez liveness ping status',
  login: 'login signin logon token session auth authenticate',
  title: 'title name subject topic',
  capacity: 'capacity max maximum limit seats',
  state: 'state status phase',
  text: 'text message msg body content comment',
  role: 'role',
  secret: 'password passwd pwd pass secret token pin credential otp',
  account: 'email mail username login account user',
  display: 'name nickname nick display username',
} as const;

type Group = keyof typeof groups;

const sets = Object.fromEntries(
  Object.entries(groups).map(([group, words]) => [group, new Set(words.split(' '))]),
) as unknown as Record<Group, ReadonlySet<string>>;

/** Whether a word belongs to a group, in the singular or the plural. */
export function means(word: string, group: Group): boolean {
  return sets[group].has(word) || sets[group].has(singular(word));
}

/** Whether a word of a name belongs to a group. */
export function mentions(name: string, group: Group): boolean {
  return wordsOf(name).some((word) => means(word, group));
}

/** Whether all words of a name belong to the groups: those of `roomId` to `meeting` and `id`. */
export function isOnly(name: string, ...any: readonly Group[]): boolean {
  const words = wordsOf(name);
  return words.length > 0 && words.every((word) => any.some((group) => means(word, group)));
}

/** Whether a name is that of an id of a group: `roomId`, `room_code`. */
export function isIdOf(name: string, group: Group): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  return (
    words.length > 1 &&
    last !== undefined &&
    means(last, 'id') &&
    words.slice(0, -1).some((word) => means(word, group))
  );
}

/** Whether a name is that of a bare id: `id`, `_id`, `uuid`. */
export function isPlainId(name: string): boolean {
  return isOnly(name, 'id');
}

/** Whether a name is that of a secret. */
export function isSecretName(name: string): boolean {
  return wordsOf(name).some((word) => means(word, 'secret'));
}
