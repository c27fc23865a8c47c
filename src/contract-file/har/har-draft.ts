// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file

import { PacketType } from 'socket.io-parser';
import { counted } from '../../kernel/figures.ts';
import { valueAt } from '../../meetings/contract/mistakes.ts';
import { mostOften } from '../counts.ts';
import { addJourney, addTodo, type Draft, emptyDraft } from '../draft.ts';
import { addHealth } from '../reads.ts';
import { shapeOf } from '../shape.ts';
import { actsIn } from './acts.ts';
import { causedIn, goneAt } from './causes.ts';
import { addEvents } from './har-events.ts';
import { addIdentity } from './har-identity.ts';
import { addOperations, type Recorded } from './har-operations.ts';
import { type People, peopleIn } from './people.ts';
import type { Service } from './recording.ts';
import { refuseOneUser } from './same-user.ts';

interface FromRecordings {
  readonly draft: Draft;
  /** Findings and omissions, one sentence each. */
  readonly notes: readonly string[];
  /** Values that must not be in the contract. */
  readonly secrets: readonly string[];
  /** A sentence about the states of meetings, for contracts that do not name the state of an ended meeting. */
  readonly stateNote: string | undefined;
}

/**
 * Drafts a contract from the actions of two users in one meeting.
 * @param base the base of the contract that is completed: paths are written below it
 * @throws {UserError} if both recordings are of one user
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
  const health = acts.find(({ operation }) => operation === 'health.get')?.call?.entry;
  addHealth(
    draft,
    'the recordings have',
    health && {
      path: health.url.pathname,
      answer: health.answer === undefined ? undefined : shapeOf([health.answer]),
    },
  );
  addSocket(service, people, draft);
  addIdentity(people, draft);
  addOperations(recorded, usual ?? '', draft);
  if (
    !draft.operations['meeting.leave'] &&
    draft.service.socket &&
    people.persons.some((person) => goneAt(person) !== undefined)
  )
    draft.operations['meeting.leave'] = { disconnect: true };
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

function addSocket({ socketOrigin, origin }: Service, { persons }: People, draft: Draft): void {
  const connections = persons.flatMap(({ recording }) => recording.connections);
  const [first] = connections;
  if (!first) return;
  const path = first.url.pathname.replace(/\/+$/, '');
  const transports = new Set(connections.flatMap((one) => [...one.transports]));
  const packets = connections.flatMap(({ messages }) => messages);
  const namespacesOf = (type: PacketType, isFromClient: boolean) =>
    packets
      .filter(({ packet, isSent }) => packet.type === type && (isSent || !isFromClient))
      .map(({ packet }) => packet.nsp);
  const namespace =
    mostOften(namespacesOf(PacketType.EVENT, true)) ??
    mostOften(namespacesOf(PacketType.CONNECT, false)) ??
    '/';
  draft.service.socket = {
    url: origin === undefined || origin === socketOrigin ? undefined : socketOrigin,
    path: path === '/socket.io' ? undefined : path,
    namespace: namespace === '/' ? undefined : namespace,
    transports: transports.has('websocket') ? undefined : ([...transports] as 'polling'[]),
  };
}

function noteMissing({ persons, meetingId }: People, draft: Draft): void {
  const { operations, service, events } = draft;
  const note = (path: string, key: keyof typeof MISSING) => addTodo(draft, [path], key, MISSING[key]);
  if (!operations['meeting.create']) {
    draft.meetings = { fixed: [meetingId ?? 'room-1'] };
    note('meetings', 'meetings');
  }
  if (!operations['meeting.join'] && !operations['room.enter']) note('operations', 'meeting.join');
  if (persons.some(({ id }) => id === undefined)) note('operations', 'user');
  if (!service.socket) note('service', 'socket');
  else if (!events) note('events', 'events');
}

const MISSING = {
  meetings:
    'no user created a meeting in the recordings. Write the ids of meetings that exist. Where a room needs nothing but a name, write `{ named: "room-${unique}" }`.',
  'meeting.join':
    'no user joined a meeting in the recordings. Record two users from before they join until after they left.',
  user: 'no id of a user was found that both recordings have. Write `user` where an answer or an event names its user.',
  socket:
    'the recordings hold no messages of Socket.IO. If the service has it, open the page after the recording began; otherwise remove this line.',
  events:
    'no event followed what the other user did. Record both users at the same time, in one meeting, and let each wait for a second between two actions.',
};

function notesOf(service: Service, people: People, draft: Draft, unexplained: readonly string[]): string[] {
  const emitted = new Set(Object.values(draft.operations).map(({ emit }) => emit));
  const sent = people.persons.flatMap(({ recording }) => recording.sent.map(({ name }) => name));
  const unused = [...new Set(sent)].filter((name) => !emitted.has(name));
  const empty = service.recordings.reduce((sum, { emptySockets }) => sum + emptySockets, 0);
  const notes: Record<string, string> = {
    Service: `${service.origin ?? service.socketOrigin}`,
    'Operations found': Object.keys(draft.operations).join(', ') || 'none',
    'Events found': Object.keys(draft.events ?? {}).join(', ') || 'none',
    'Messages that are not actions in a meeting': unused.join(', '),
    'Left out, because no action of the other user explains them': unexplained.join(', '),
    'Left out': service.leftOut.join('; '),
  };
  return [
    ...Object.entries(notes).flatMap(([title, found]) => (found === '' ? [] : [`${title}: ${found}.`])),
    ...(people.meetingId === undefined ? ['The recordings have no meeting id in common.'] : []),
    ...(empty === 0
      ? []
      : [`${counted(empty, 'WebSocket')} without messages in the recordings. ${SAVES_MESSAGES}`]),
  ];
}

const SAVES_MESSAGES =
  'Chrome saves them ("Save all as HAR"), and Playwright with `recordHar: { content: \'embed\' }`. Firefox does not.';

/** A sentence about recorded states other than `active` and `ended`, which are the words of the harness. */
function stateNote({ operations }: Draft, { persons }: People): string | undefined {
  const state = Object.values(operations).find((one) => one.state?.startsWith('body.'))?.state;
  if (state === undefined) return undefined;
  const path = state.split('.').slice(1);
  const words = new Set(
    persons.flatMap(({ recording }) => recording.calls.map(({ answer }) => valueAt(answer, path))),
  );
  const other = [...words].filter((word) => typeof word === 'string' && !['active', 'ended'].includes(word));
  if (other.length === 0) return undefined;
  return `State of the meeting: ${other.map((word) => `"${word}"`).join(', ')}. The harness knows "ended". If the service uses another word for it, write for example: ${state} == "closed" ? "ended" : "active".`;
}
