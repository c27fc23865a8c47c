import type { ActionName } from '../timings/catalogue.ts';
import {
  type Joined,
  MEETINGS,
  type Meeting,
  type NetworkAdvice,
  type NetworkQuality,
  type NewMeeting,
  type Resumed,
} from './contract.ts';

/** At most this many calls per user in a window of this many seconds. */
export interface Allowance {
  readonly calls: number;
  readonly seconds: number;
}

/** What the contract allows each user. Operations that share an allowance are counted together. */
export const allowances = {
  create: { calls: 10, seconds: 900 },
  list: { calls: 30, seconds: 60 },
  read: { calls: 60, seconds: 60 },
  join: { calls: 20, seconds: 300 },
  leave: { calls: 30, seconds: 60 },
  hand: { calls: 20, seconds: 60 },
  quality: { calls: 100, seconds: 60 },
} as const satisfies Record<string, Allowance>;

/** One HTTP operation of a meetings service. `Sent` is the body, `Data` the `data` of a successful answer. */
export interface HttpOperation<Sent = unknown, Data = unknown> {
  readonly method: 'GET' | 'POST';
  /** `:id` stands for the meeting. */
  readonly path: string;
  /** The path for one meeting. */
  readonly address: (meetingId: string) => string;
  readonly allowance?: Allowance;
  /** The room event that the call causes. */
  readonly causes?: string;
  /** How ledgers of experiments call it. */
  readonly noted?: string;
  /** What is wrong with the data of a successful answer; undefined when it is about this meeting and this user. */
  wrong?(data: Data | undefined, meetingId: string, userId: string): string | undefined;
  /** Carries the types alone. */
  readonly types?: { readonly sent: Sent; readonly data: Data };
}

/** One operation over the socket: what is sent, and the events that answer it. */
export interface SocketOperation {
  readonly emit?: string;
  readonly answer: string;
  readonly refusal: string;
  readonly noted?: string;
}

const http = <Data, Sent = undefined>(
  call: `${'GET' | 'POST'} /${string}`,
  more: Omit<HttpOperation<Sent, Data>, 'method' | 'path' | 'address' | 'types'> = {},
): HttpOperation<Sent, Data> => {
  const [method, path] = call.split(' ') as ['GET' | 'POST', string];
  const [before, after] = path.split(':id') as [string, string?];
  const address = after === undefined ? () => path : (meetingId: string) => before + meetingId + after;
  return { method, path, address, ...more };
};

const BY_ID = `${MEETINGS}/:id` as const;

/**
 * Every operation of a meetings service, once. Clients, the names of the calls that pages make, the routes in the
 * service's own metrics, room events and benchmarks derive from this table.
 */
export const httpOperations = {
  'health.get': http<never>('GET /health'),
  'meeting.create': http<Meeting, NewMeeting>(`POST ${MEETINGS}`, {
    allowance: allowances.create,
    noted: 'create',
    wrong: (data) => (typeof data?.id === 'string' ? undefined : WITHOUT_MEETING),
  }),
  'meeting.list': http<readonly Meeting[]>(`GET ${MEETINGS}`, {
    allowance: allowances.list,
    wrong: (data) => (Array.isArray(data) ? undefined : 'answered without a list'),
  }),
  'meeting.join': http<Joined, object>(`POST ${BY_ID}/join`, {
    allowance: allowances.join,
    causes: 'meeting:participant-joined',
    noted: 'join',
    wrong: (data, meetingId, userId) =>
      aboutMeeting(data?.meeting?.id, meetingId) ?? aboutUser(data?.participant?.userId, userId),
  }),
  'meeting.get': http<Meeting>(`GET ${BY_ID}`, {
    allowance: allowances.read,
    noted: 'get',
    wrong: (data, meetingId) => aboutMeeting(data?.id, meetingId),
  }),
  'hand.raise': http<unknown, object>(`POST ${BY_ID}/hand/raise`, {
    allowance: allowances.hand,
    causes: 'meeting:hand-raised',
    noted: 'raise',
  }),
  'hand.lower': http<unknown, object>(`POST ${BY_ID}/hand/lower`, {
    allowance: allowances.hand,
    causes: 'meeting:hand-lowered',
    noted: 'lower',
  }),
  'network.report': http<NetworkAdvice, NetworkQuality>(`POST ${BY_ID}/network/quality`, {
    allowance: allowances.quality,
    noted: 'report',
  }),
  'meeting.reconnect': http<Resumed, object>(`POST ${BY_ID}/reconnect`, {
    allowance: allowances.join,
    noted: 'reconnect',
    wrong: (data, meetingId, userId) =>
      aboutMeeting(data?.meeting?.id, meetingId) ?? aboutUser(data?.participant?.userId, userId),
  }),
  'meeting.leave': http<unknown, object>(`POST ${BY_ID}/leave`, {
    allowance: allowances.leave,
    causes: 'meeting:participant-left',
    noted: 'leave',
  }),
} as const satisfies { [Name in HttpName]: HttpOperation };

export const socketOperations = {
  'socket.connect': { answer: 'connect', refusal: 'connect_error' },
  'room.enter': {
    emit: 'meeting:join',
    answer: 'meeting:joined',
    refusal: 'meeting:error',
    noted: 'enter',
  },
} as const satisfies Record<SocketName, SocketOperation>;

type SocketName = 'socket.connect' | 'room.enter';
/** Every action of the catalogue is in one of the two tables. */
export type HttpName = Exclude<ActionName, SocketName>;
type Table = typeof httpOperations;
export type SentWith<Name extends HttpName> =
  Table[Name] extends HttpOperation<infer Sent, infer _> ? Sent : never;
export type AnswerTo<Name extends HttpName> =
  Table[Name] extends HttpOperation<infer _, infer Data> ? Data : never;

const WITHOUT_MEETING = 'answered without the id of the meeting';

/** What is wrong with the meeting that an answer is about; undefined when it is the one that was asked for. */
export function aboutMeeting(id: unknown, meetingId: string): string | undefined {
  if (id === meetingId) return undefined;
  return typeof id === 'string' ? 'answered about another meeting' : WITHOUT_MEETING;
}

function aboutUser(id: unknown, userId: string): string | undefined {
  if (id === userId) return undefined;
  return typeof id === 'string' ? 'answered about another person' : 'answered without the participant';
}

const rows = Object.entries<HttpOperation>(httpOperations);

/** The operations that the room hears of. */
export type CausingName = 'meeting.join' | 'meeting.leave' | 'hand.raise' | 'hand.lower';

/** The room event that each of these operations causes. */
export const eventOf = Object.fromEntries(
  rows.flatMap(([name, { causes }]) => (causes === undefined ? [] : [[name, causes]])),
) as Readonly<Record<CausingName, string>>;

export function causes(operation: string): operation is CausingName {
  return Object.hasOwn(eventOf, operation);
}

/** By the name that ledgers give the operation: the room event that it causes. */
export const eventOfNoted: Readonly<Record<string, string>> = Object.fromEntries(
  rows.flatMap(([, { noted, causes }]) => (noted && causes ? [[noted, causes]] : [])),
);

/**
 * The route of each operation on a meeting in the service's own metrics: `POST /:id/join`, its path below the meetings.
 * The list has the path `/` there, as other things of the service may have.
 */
export const routes: Readonly<Record<string, string>> = Object.fromEntries(
  rows
    .filter(([, { path }]) => path.startsWith(BY_ID))
    .map(([name, { method, path }]) => [name, `${method} ${path.slice(MEETINGS.length)}`]),
);

const operationBelow: Readonly<Record<string, string>> = Object.fromEntries(
  rows.flatMap(([name, { path }]) => (path.startsWith(`${BY_ID}`) ? [[path.slice(BY_ID.length), name]] : [])),
);

/**
 * The operation of a call by its address, for calls that a page made and whose method is not known. Undefined for
 * everything whose address alone does not say what it was.
 */
export function operationOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(`${MEETINGS}/`)) return undefined;
  const [id, ...rest] = pathname.slice(MEETINGS.length + 1).split('/');
  return id ? operationBelow[['', ...rest].join('/')] : undefined;
}
