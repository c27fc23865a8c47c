// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { addJourney, type Draft, emptyDraft } from '../draft.ts';
import { grouped } from '../grouped.ts';
import { healthyIn } from '../reads.ts';
import { shapeOf, valueAt } from '../shape.ts';
import { actsIn } from './acts.ts';
import { causedIn, goneAt } from './causes.ts';
import { PacketType } from './connections.ts';
import { addEvents } from './har-events.ts';
import { addIdentity } from './har-identity.ts';
import { addOperations, type Recorded } from './har-operations.ts';
import { type People, peopleIn } from './people.ts';
import type { Service } from './recording.ts';
import { refuseOneUser } from './same-user.ts';

interface FromRecordings {
  readonly draft: Draft;
  /** What was found and what was left out, one sentence each. */
  readonly notes: readonly string[];
  /** What must not stand in the contract. */
  readonly secrets: readonly string[];
  /** A sentence about the state of meetings, for contracts that do not say what means "ended". */
  readonly stateNote: string | undefined;
}

/**
 * A contract of what two users did in one meeting.
 * @param base of the contract that is completed: paths are written below it
 * @throws {UserError} where both recordings are of one user
 */
export function harDraft(service: Service, base?: string): FromRecordings {
  const people = peopleIn(service.recordings);
  refuseOneUser(people);
  const acts = actsIn(people);
  const recorded: Recorded = { people, acts, caused: causedIn(people, acts) };
  const draft = emptyDraft();
  draft.service.url = service.origin ?? service.socketOrigin!;
  const usual =
    base ??
    mostOften(
      acts.flatMap(({ call, operation }) => (call && operation !== 'health.get' ? [call.collection] : [])),
    );
  if (usual !== undefined && usual !== '') draft.service.base = usual;
  addHealth(recorded, draft);
  addSocket(service, people, draft);
  addIdentity(people, draft);
  addOperations(recorded, usual ?? '', draft);
  if (
    !draft.operations['meeting.leave'] &&
    draft.service.socket &&
    people.persons.some((person) => goneAt(person) !== undefined)
  )
    draft.operations['meeting.leave'] = { disconnect: true };
  draft.operations = inOrder(draft.operations);
  const unexplained = addEvents(recorded, draft);
  addJourney(draft);
  noteMissing(people, draft);
  return {
    draft,
    notes: notesOf(service, people, draft, unexplained),
    secrets: people.persons.flatMap(({ credentials }) => credentials.secrets),
    stateNote: stateNote(draft, people),
  };
}

/** Leaving is the last that a user does. */
function inOrder({ 'meeting.leave': leave, ...others }: Draft['operations']): Draft['operations'] {
  return leave ? { ...others, 'meeting.leave': leave } : others;
}

function mostOften(values: readonly string[]): string | undefined {
  const counts = [...grouped(values, (value) => value)].sort(([, few], [, many]) => many.length - few.length);
  return counts[0]?.[0];
}

function addHealth({ acts }: Recorded, draft: Draft): void {
  const entry = acts.find(({ operation }) => operation === 'health.get')?.call?.entry;
  if (!entry) {
    draft.todos.push({
      path: ['service'],
      key: 'health',
      text: 'the recordings have no health check. GET /health is asked until you write another one: `health: { get: /ready }`.',
    });
    return;
  }
  const ok = entry.answer === undefined ? undefined : healthyIn(shapeOf([entry.answer]));
  draft.service.health = { get: entry.url.pathname, ...(ok === undefined ? {} : { ok }) };
}

function addSocket({ socketOrigin, origin }: Service, { persons }: People, draft: Draft): void {
  const connections = persons.flatMap(({ recording }) => recording.connections);
  const [first] = connections;
  if (!first) return;
  const path = first.url.pathname.replace(/\/+$/, '');
  const transports = new Set(connections.flatMap((one) => [...one.transports]));
  const namespaces = connections.flatMap(({ messages }) =>
    messages
      .filter(({ packet, isSent }) => isSent && packet.type === PacketType.EVENT)
      .map(({ packet }) => packet.nsp),
  );
  const connected = connections.flatMap(({ messages }) =>
    messages.filter(({ packet }) => packet.type === PacketType.CONNECT).map(({ packet }) => packet.nsp),
  );
  const namespace = mostOften(namespaces) ?? mostOften(connected) ?? '/';
  draft.service.socket = {
    ...(origin !== undefined && socketOrigin !== undefined && origin !== socketOrigin
      ? { url: socketOrigin }
      : {}),
    ...(path === '/socket.io' ? {} : { path }),
    ...(namespace === '/' ? {} : { namespace }),
    ...(transports.has('websocket') ? {} : { transports: [...transports] }),
  };
}

function noteMissing({ persons, meetingId }: People, draft: Draft): void {
  const { operations, todos } = draft;
  const note = (path: readonly string[], key: string, text: string) => todos.push({ path, key, text });
  if (!operations['meeting.create']) {
    draft.meetings = { fixed: [meetingId ?? 'room-1'] };
    note(
      ['meetings'],
      'meetings',
      'no user created a meeting in the recordings. Write the ids of meetings that exist. Where a room needs nothing but a name, write `{ named: "room-${unique}" }`.',
    );
  }
  if (!operations['meeting.join'] && !operations['room.enter'])
    note(
      ['operations'],
      'meeting.join',
      'no user joined a meeting in the recordings. Record two users from before they join until after they left.',
    );
  if (persons.some(({ id }) => id === undefined))
    note(
      ['operations'],
      'user',
      'no id of a user was found that both recordings have. Write `user` where an answer or an event says whose it is.',
    );
  if (!draft.service.socket)
    note(
      ['service'],
      'socket',
      'the recordings hold no messages of Socket.IO. If the service has it, open the page after the recording began; otherwise remove this line.',
    );
  if (draft.service.socket && !draft.events)
    note(
      ['events'],
      'events',
      'no event followed what the other user did. Record both users at the same time, in one meeting, and let each wait for a second between two actions.',
    );
}

function notesOf(service: Service, people: People, draft: Draft, unexplained: readonly string[]): string[] {
  const found = Object.keys(draft.operations);
  const events = Object.keys(draft.events ?? {});
  const emitted = new Set(Object.values(draft.operations).map(({ emit }) => emit));
  const sent = people.persons.flatMap(({ recording }) => recording.sent.map(({ name }) => name));
  const unused = [...new Set(sent)].filter((name) => !emitted.has(name));
  const empty = service.recordings.reduce((sum, { emptySockets }) => sum + emptySockets, 0);
  return [
    `Service: ${service.origin ?? service.socketOrigin}.`,
    `Operations found: ${found.length > 0 ? found.join(', ') : 'none'}.`,
    `Events found: ${events.length > 0 ? events.join(', ') : 'none'}.`,
    ...(people.meetingId === undefined ? ['No id of a meeting was found that both users named.'] : []),
    ...(empty > 0
      ? [
          `${empty} ${empty === 1 ? 'WebSocket has' : 'WebSockets have'} no messages in the recordings. Chrome saves them ("Save all as HAR"), and Playwright with \`recordHar: { content: 'embed' }\`. Firefox does not.`,
        ]
      : []),
    ...(unused.length > 0 ? [`Messages that are not actions in a meeting: ${unused.join(', ')}.`] : []),
    ...(unexplained.length > 0
      ? [`Left out, because no action of the other user explains them: ${unexplained.join(', ')}.`]
      : []),
    ...(service.leftOut.length > 0 ? [`Left out: ${service.leftOut.join('; ')}.`] : []),
  ];
}

/** The harness knows one word: `ended`. */
function stateNote({ operations }: Draft, { persons }: People): string | undefined {
  const state = Object.values(operations).find((one) => one.state?.startsWith('body.'))?.state;
  if (state === undefined) return undefined;
  const path = state.split('.').slice(1);
  const words = new Set(
    persons.flatMap(({ recording }) => recording.calls.map(({ answer }) => valueAt(answer, path))),
  );
  const other = [...words].filter((word) => typeof word === 'string' && !['active', 'ended'].includes(word));
  if (other.length === 0) return undefined;
  return `State of the meeting: ${other.map((word) => `"${word}"`).join(', ')}. The harness knows "ended"; where the service has another word for it, write for example: ${state} == "closed" ? "ended" : "active".`;
}
