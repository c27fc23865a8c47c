// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { byJourneyOrder } from '../../timings/catalogue.ts';
import { pathText } from '../classify.ts';
import type { Draft, DraftOperation } from '../draft.ts';
import { grouped } from '../grouped.ts';
import { readsOf, wantedOf } from '../reads.ts';
import { shapeOf } from '../shape.ts';
import type { Act } from './acts.ts';
import type { Caused } from './causes.ts';
import { isKeyName } from './credentials.ts';
import { knownIn, type People } from './people.ts';
import { refusalOf, replyTo } from './replies.ts';
import { secretName, templateOf } from './template.ts';

export interface Recorded {
  readonly people: People;
  readonly acts: readonly Act[];
  readonly caused: readonly Caused[];
}

/** The operations that the two users did. `base` is the path before those of the API. */
export function addOperations(recorded: Recorded, base: string, draft: Draft): void {
  const { acts } = recorded;
  const names = [...new Set(acts.map(({ operation }) => operation))].filter(
    (name) => name !== 'health.get' && name !== 'participants',
  );
  for (const name of names.sort(byJourneyOrder)) {
    const chosen = usualWay(acts.filter(({ operation }) => operation === name));
    draft.operations[name] = chosen[0]?.call
      ? httpOperation(name, chosen, recorded, base, draft)
      : messageOperation(name, chosen, recorded, draft);
  }
  const people = usualWay(acts.filter(({ operation }) => operation === 'participants'));
  if (people.length === 0 || draft.operations['meeting.get']?.roster) return;
  const get = httpOperation('participants', people, recorded, base, draft);
  if (get.roster) draft.operations['meeting.get'] = get;
}

/** Of several ways to do the same, the one that both users took; calls go before messages. */
function usualWay(acts: readonly Act[]): Act[] {
  const ways = grouped(acts, ({ way }) => way);
  const weight = (way: readonly Act[]) =>
    new Set(way.map(({ person }) => person)).size * 100 + (way[0]!.call ? 50 : 0) + Math.min(way.length, 49);
  const [best = []] = [...ways.values()].sort((one, other) => weight(other) - weight(one));
  return best;
}

function httpOperation(
  name: string,
  acts: readonly Act[],
  { people }: Recorded,
  base: string,
  draft: Draft,
): DraftOperation {
  const entries = acts.flatMap(({ call, person }) => (call ? [{ ...call, person }] : []));
  const [{ endpoint }] = entries as [(typeof entries)[number]];
  const path = pathText(endpoint.segments);
  const isBelow = path === base || path.startsWith(`${base}/`);
  const operation: DraftOperation = {
    [endpoint.method]: isBelow ? path.slice(base.length) : path,
    ...(isBelow ? {} : { base: '' }),
  };
  const query = queryOf(
    entries.map(({ entry, person }) => ({ url: entry.url, person })),
    people,
  );
  if (query) operation.query = query;
  const bodies = entries
    .filter(({ entry }) => entry.request !== undefined)
    .map(({ entry, person }) => ({ person, value: entry.request }));
  if (bodies.length > 0) {
    const { template, guesses } = templateOf(name, bodies, people);
    operation.json = template;
    noteGuesses(name, guesses, draft);
    if (entries[0]?.entry.isForm)
      draft.todos.push({
        path: ['operations', name],
        key: 'json',
        text: 'the browser sent a form, and the harness sends JSON. Does the service read JSON too?',
      });
  }
  const answers = entries.filter(({ entry }) => entry.answer !== undefined);
  if (answers.length > 0)
    Object.assign(
      operation,
      readsOf(
        name,
        shapeOf(answers.map(({ entry }) => entry.answer)),
        'body',
        knownIn(
          people,
          answers.map(({ person }) => person),
        ),
      ),
    );
  noteUnread(name, operation, draft);
  return operation;
}

function messageOperation(
  name: string,
  acts: readonly Act[],
  { people, acts: all, caused }: Recorded,
  draft: Draft,
): DraftOperation {
  const messages = acts.flatMap(({ message, person }) => (message ? [{ ...message, person }] : []));
  const [{ name: emit, args }] = messages as [(typeof messages)[number]];
  const operation: DraftOperation = { emit };
  const written = args.map((_, index) =>
    templateOf(
      name,
      messages.map(({ person, args: sent }) => ({ person, value: sent[index] })),
      people,
    ),
  );
  if (written.length === 1) operation.json = written[0]!.template;
  else if (written.length > 1) operation.args = written.map(({ template }) => template);
  noteGuesses(
    name,
    written.flatMap(({ guesses }) => guesses),
    draft,
  );
  const reply = replyTo(acts, all, caused, people);
  if (reply !== 'ack') operation.reply = reply;
  const refusal = reply === 'ack' ? undefined : refusalOf(emit, people);
  if (refusal !== undefined) operation.refusal = refusal;
  const answers = answersTo(reply, acts);
  if (answers.length > 0)
    Object.assign(
      operation,
      readsOf(
        name,
        shapeOf(answers.map(({ value }) => value)),
        'payload',
        knownIn(
          people,
          answers.map(({ person }) => person),
        ),
      ),
    );
  return operation;
}

/** The first values of what answered the messages. */
function answersTo(reply: string, acts: readonly Act[]) {
  return acts.flatMap(({ message, person }) => {
    if (!message || reply === 'none') return [];
    if (reply === 'ack') return message.ack?.[0] === undefined ? [] : [{ person, value: message.ack[0] }];
    const event = person.recording.received.find((one) => one.name === reply && one.atMs >= message.atMs);
    return event?.args[0] === undefined ? [] : [{ person, value: event.args[0] }];
  });
}

/** What each call has in its query. What is different each time is against caches, and the token is sent elsewhere. */
function queryOf(
  calls: readonly { readonly url: URL; readonly person: People['persons'][number] }[],
  { meetingId }: People,
): Record<string, string> | undefined {
  const [first, ...others] = calls;
  const query = [...(first?.url.searchParams ?? [])].flatMap(([name, value]): [string, string][] => {
    const { credentials, id } = first!.person;
    if (credentials.query[name] !== undefined) return [];
    if (isKeyName(name)) return [[name, secretName(name)]];
    if (value === meetingId) return [[name, '${meeting}']];
    if (value === id) return [[name, '${user}']];
    return others.every(({ url }) => url.searchParams.get(name) === value) ? [[name, value]] : [];
  });
  return query.length > 0 ? Object.fromEntries(query) : undefined;
}

function noteGuesses(name: string, guesses: readonly string[], draft: Draft): void {
  if (guesses.length === 0) return;
  draft.todos.push({
    path: ['operations', name],
    key: 'json',
    text: `${guesses.join(', ')} was different each time. Write a value that the service accepts.`,
  });
}

function noteUnread(name: string, operation: DraftOperation, draft: Draft): void {
  if (name === 'meeting.create' && wantedOf(name).includes('meeting') && operation.meeting === undefined)
    draft.todos.push({
      path: ['operations', name],
      key: 'meeting',
      text: 'where does the answer have the id of the meeting (such as body.data.id)? The recording has no answer to it.',
    });
}
