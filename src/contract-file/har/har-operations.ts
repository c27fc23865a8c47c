// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { byJourneyOrder } from '../../timings/catalogue.ts';
import { pathText } from '../classify.ts';
import { grouped } from '../counts.ts';
import { addTodo, type Draft, type DraftOperation, FORM_BODY } from '../draft.ts';
import { readsOf } from '../reads.ts';
import { shapeOf } from '../shape.ts';
import type { Act } from './acts.ts';
import type { Caused } from './causes.ts';
import { isKeyName } from './credentials.ts';
import { knownIn, type People, type Person } from './people.ts';
import type { HarEntry } from './read-har.ts';
import { refusalOf, replyTo } from './replies.ts';
import { type Sample, secretName, templateOf } from './template.ts';

export interface Recorded {
  readonly people: People;
  readonly acts: readonly Act[];
  readonly caused: readonly Caused[];
}

const NO_MEETING_ID =
  'write the place of the meeting id in the answer, such as body.data.id. The recordings do not have it.';

/** Adds the operations of the two users. `base` is the path before all paths of the API. */
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

/** The way to perform an operation that both users took; calls win over messages. */
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
  const calls = acts.flatMap(({ call, person }) => (call ? [{ ...call, person }] : []));
  const [{ endpoint, entry: first }] = calls as [(typeof calls)[number]];
  const path = pathText(endpoint.segments);
  const isBelow = path === base || path.startsWith(`${base}/`);
  const operation: DraftOperation = {
    [endpoint.method]: isBelow ? path.slice(base.length) : path,
    base: isBelow ? undefined : '',
    query: queryOf(calls, people),
  };
  const bodies = samplesIn(calls, ({ entry }) => entry.request);
  if (bodies.length > 0) operation.json = written(name, bodies, people, draft);
  if (first.isForm) addTodo(draft, ['operations', name], 'json', FORM_BODY);
  const answers = samplesIn(calls, ({ entry }) => entry.answer);
  Object.assign(operation, readsIn(name, answers, 'body', people));
  if (name === 'meeting.create' && operation.meeting === undefined)
    addTodo(draft, ['operations', name], 'meeting', NO_MEETING_ID);
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
  const values = args.map((_, index) =>
    written(
      name,
      messages.map(({ person, args: sent }) => ({ person, value: sent[index] })),
      people,
      draft,
    ),
  );
  const reply = replyTo(acts, all, caused, people);
  return {
    emit,
    ...(values.length > 1 ? { args: values } : { json: values[0] }),
    reply: reply === 'ack' ? undefined : reply,
    refusal: reply === 'ack' ? undefined : refusalOf(emit, people),
    ...readsIn(name, answersTo(reply, acts), 'payload', people),
  };
}

function samplesIn<From extends { person: Person }>(
  from: readonly From[],
  valueIn: (one: From) => unknown,
): Sample[] {
  return from.flatMap((one) => {
    const value = valueIn(one);
    return value === undefined ? [] : [{ person: one.person, value }];
  });
}

/** Makes a template of the sent values, with a TODO for guesses. */
function written(name: string, samples: readonly Sample[], people: People, draft: Draft): unknown {
  const { template, guesses } = templateOf(name, samples, people);
  if (guesses.length > 0)
    addTodo(
      draft,
      ['operations', name],
      'json',
      `${guesses.join(', ')} was different each time. Write a value that the service accepts.`,
    );
  return template;
}

function readsIn(name: string, answers: readonly Sample[], root: 'body' | 'payload', people: People) {
  if (answers.length === 0) return {};
  const askers = answers.map(({ person }) => person);
  return readsOf(name, shapeOf(answers.map(({ value }) => value)), root, knownIn(people, askers));
}

/** The first value of each answer to the messages. */
function answersTo(reply: string, acts: readonly Act[]): Sample[] {
  return samplesIn(acts, ({ message, person }) => {
    if (!message || reply === 'none') return undefined;
    if (reply === 'ack') return message.ack?.[0];
    return person.recording.received.find((one) => one.name === reply && one.atMs >= message.atMs)?.args[0];
  });
}

/** The query of the calls. A value that differs each time defeats caches and is left out; the token is in `send`. */
function queryOf(
  calls: readonly { readonly entry: HarEntry; readonly person: Person }[],
  { meetingId }: People,
): Record<string, string> | undefined {
  const [first, ...others] = calls;
  const { credentials, id } = first!.person;
  const query = [...first!.entry.url.searchParams].flatMap(([name, value]): [string, string][] => {
    if (credentials.query[name] !== undefined) return [];
    if (isKeyName(name)) return [[name, secretName(name)]];
    if (value === meetingId) return [[name, '${meeting}']];
    if (value === id) return [[name, '${user}']];
    return others.every(({ entry }) => entry.url.searchParams.get(name) === value) ? [[name, value]] : [];
  });
  return query.length > 0 ? Object.fromEntries(query) : undefined;
}
