import type { Expression, Values } from '../expressions.ts';
import type { IdentitySpec, SendSpec } from '../identities/schema.ts';
import type { RouteMetrics } from '../request-durations.ts';
import type { AnyOperation, EventDefinition } from './operation.ts';
import type { OFFERED, ReadContract } from './schema.ts';

/** The compiled contract of one service: the one table of its operations and events. */
export interface Contract {
  readonly name: string;
  /** The name of the contract in messages, such as the path of its file. */
  readonly source: string;
  readonly service: {
    readonly url?: string;
    /** Whether a run without an address starts the reference service. */
    readonly isReference: boolean;
    /** Before the path of each operation. */
    readonly base: string;
    readonly health: string;
  };
  /** Undefined if the service has no Socket.IO. */
  readonly socket:
    | {
        readonly url?: string;
        readonly path?: string;
        readonly namespace: string;
        readonly transports: readonly ('websocket' | 'polling')[];
      }
    | undefined;
  readonly identity: IdentitySpec;
  readonly send: SendSpec | undefined;
  readonly operations: ReadonlyMap<string, AnyOperation>;
  /** The events by their names in the contract. */
  readonly events: ReadonlyMap<string, EventDefinition>;
  /** The events by their names on the socket. */
  readonly eventsByWire: ReadonlyMap<string, readonly EventDefinition[]>;
  /** The events that some operation causes. */
  readonly causedEvents: ReadonlySet<string>;
  /** The operations whose answers may contain the roster, the best one first. */
  readonly rosterSources: readonly RosterSource[];
  /** Whether an answer is a rate-limit refusal; undefined if the status 429 decides. */
  readonly rateLimited: Expression | undefined;
  /** The values that expressions read as `env`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly journey: NonNullable<ReadContract['journey']>;
  /** The time in ms after which the service removes a participant who disconnected, as the contract states. */
  readonly detectionMs: number | undefined;
  readonly meetings:
    | { readonly kind: 'created' }
    | { readonly kind: 'fixed'; readonly ids: readonly string[] }
    /** A meeting that exists as soon as a user enters. */
    | { readonly kind: 'named'; readonly name: (values: Values) => string };
  readonly metrics: RouteMetrics & { readonly path: string };
  /** The offers that the contract states. */
  readonly has: ReadonlySet<(typeof OFFERED)[number]> | undefined;
}

/** The operations whose answers may contain the roster, in the order in which they are called. */
export const ROSTER_SOURCES = ['meeting.get', 'meeting.reconnect', 'meeting.join', 'room.enter'] as const;
export type RosterSource = (typeof ROSTER_SOURCES)[number];

/** The events that checks know; a contract may have others. */
export const standardEvents: ReadonlySet<string> = new Set([
  'participant-joined',
  'participant-left',
  'hand-raised',
  'hand-lowered',
  'host-promoted',
]);

/** The actions of a journey beside operations: it raises and lowers the hand in turn, and listens. */
export const JOURNEY_WORDS: readonly string[] = ['hand', 'listen'];

/** One step on the way into a meeting. */
export type Step = 'meeting.join' | 'socket.connect' | 'room.enter';

/** The steps of a client on its way into a meeting, in their order. */
export function stepsInto({ operations, socket }: Pick<Contract, 'operations' | 'socket'>): readonly Step[] {
  const join: Step[] = operations.has('meeting.join') ? ['meeting.join'] : [];
  if (!socket) return join;
  const enter: Step[] = operations.has('room.enter') ? ['room.enter'] : [];
  const isSocketJoin = operations.get('meeting.join')?.over === 'socket';
  return isSocketJoin ? ['socket.connect', ...join, ...enter] : [...join, 'socket.connect', ...enter];
}

/** The steps of a client on a new connection to return to the room. */
export function stepsBack(contract: Pick<Contract, 'operations' | 'socket'>): readonly Step[] {
  return stepsInto(contract).filter(
    (step) => step !== 'socket.connect' && contract.operations.get(step)?.over === 'socket',
  );
}
