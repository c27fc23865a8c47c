import { Socket } from 'node:net';
import { wheel } from '../../../kernel/clock.ts';
import { type Random, seeded } from '../../../kernel/random.ts';
import type { Wait } from '../../../kernel/timing-wheel.ts';
import { DIRECTIONS, type Direction } from '../../impairment.ts';
import { lossProcess } from '../loss-process.ts';
import type { ConnectionCounts } from '../path-stats.ts';
import { CONNECT_TIMEOUT_MS, handshakeDelayMs } from '../tcp.ts';
import type { Upstream } from '../upstream.ts';
import type { Bottleneck } from './bottleneck.ts';
import type { PathConditions } from './conditions.ts';
import type { DirectionCounts } from './direction-counts.ts';
import { Flow } from './flow.ts';
import { reset } from './piece.ts';

/** Larger buffers than the default of Node, so that each read moves more bytes. */
export const BUFFER_BYTES = 256 * 1024;

/** The other side has this time to answer a FIN before its connection is cut. */
const CLOSING_MS = 1000;

export interface Surroundings {
  readonly upstream: Upstream;
  readonly bottlenecks: Readonly<Record<Direction, Bottleneck>>;
  readonly counts: Readonly<Record<Direction, DirectionCounts>>;
  readonly connections: ConnectionCounts;
  /** An independent stream of random numbers for each use. */
  random(use: string): Random;
  /** Receives a connection whose two sockets are closed. */
  ended(connection: Connection): void;
}

type State = 'connecting' | 'established' | 'over';

/** A connection of a participant, and its continuation to the service. */
export class Connection {
  readonly #surroundings: Surroundings;
  readonly #client: Socket;
  readonly #upstream = new Socket({ allowHalfOpen: true, ...{ highWaterMark: BUFFER_BYTES } });
  /** The wait for the end of the handshake, or of an orderly close. */
  #wait: Wait | undefined;
  readonly #flows: Readonly<Record<Direction, Flow>>;
  #conditions: PathConditions;
  #state: State = 'connecting';
  #openSockets = 2;
  /** The handshake was swallowed, so the connection never gets an answer. */
  #isLost = false;

  constructor(client: Socket, conditions: PathConditions, surroundings: Surroundings) {
    this.#client = client;
    this.#conditions = conditions;
    this.#surroundings = surroundings;
    const upstream = this.#upstream.setNoDelay(true);
    this.#flows = {
      up: this.#flow('up', client, upstream),
      down: this.#flow('down', upstream, client),
    };
    client.on('end', () => this.#clientEnded());
    upstream.on('end', () => this.#flows.down.end('fin'));
    // `close` follows an error.
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    client.on('close', () => this.#gone('client'));
    upstream.on('close', () => this.#gone('upstream'));
    surroundings.connections.opened += 1;
    surroundings.connections.open += 1;
    surroundings.connections.connecting += 1;
    this.#handshake();
  }

  apply(conditions: PathConditions): void {
    this.#conditions = conditions;
    const isSevered = DIRECTIONS.some(
      (direction) => this.#flows[direction].hasGap && !conditions[direction].swallows,
    );
    if (this.#state === 'over') return;
    if (isSevered || (this.#isLost && !conditions.up.swallows && !conditions.down.swallows)) {
      this.#surroundings.connections.severed += 1;
      this.#cut();
      return;
    }
    for (const direction of DIRECTIONS) this.#flows[direction].apply(conditions[direction]);
    if (this.#state === 'connecting') this.#handshake();
  }

  /** Sends RST to both sides. Held bytes are dropped. */
  reset(): void {
    this.#surroundings.connections.reset += 1;
    this.#cut();
  }

  /** Sends FIN to both sides. Held bytes and later bytes are dropped. */
  close(): void {
    this.#surroundings.connections.closed += 1;
    const isEstablished = this.#state === 'established';
    this.#finish();
    this.#client.end();
    if (isEstablished) this.#upstream.end();
    else this.#upstream.destroy();
    this.#waitFor(CLOSING_MS, () => {
      this.#client.destroy();
      this.#upstream.destroy();
    });
  }

  #flow(direction: Direction, source: Socket, sink: Socket): Flow {
    const { bottlenecks, counts, random } = this.#surroundings;
    return new Flow({
      source,
      sink,
      bottleneck: bottlenecks[direction],
      counts: counts[direction],
      conditions: this.#conditions[direction],
      random: { loss: random(`${direction} loss`), jitter: random(`${direction} jitter`) },
      isOpen: direction === 'down',
    });
  }

  /**
   * The kernel accepts the connection at once, so the participant seems to be connected. Its first bytes wait as long as a
   * connect over such a path takes. The handshake starts again when the conditions change.
   */
  #handshake(): void {
    this.#wait?.cancel();
    const { up, down, impairment } = this.#conditions;
    if (up.swallows || down.swallows) this.#isLost = true;
    if (this.#isLost || up.isStalled || down.isStalled) return;
    if (up.areGood && down.areGood) {
      this.#establish();
      return;
    }
    const random = this.#surroundings.random('handshake');
    const losesIn = (direction: Direction) => {
      const loss = impairment[direction]?.loss;
      return loss ? lossProcess(loss, random) : () => false;
    };
    const delayMs = handshakeDelayMs(losesIn('up'), losesIn('down'));
    const travelMs = (impairment.up?.latencyMs ?? 0) + (impairment.down?.latencyMs ?? 0);
    if (delayMs === undefined) this.#waitFor(CONNECT_TIMEOUT_MS, () => this.#unreachable());
    else this.#waitFor(delayMs + travelMs, () => this.#establish());
  }

  #establish(): void {
    this.#leaveConnecting('established');
    this.#upstream.connect({ ...this.#surroundings.upstream, noDelay: true });
    this.#flows.up.open();
  }

  #unreachable(): void {
    this.#surroundings.connections.unreachable += 1;
    this.#cut();
  }

  #clientEnded(): void {
    const { up, down, impairment } = this.#conditions;
    const isHeldUp =
      this.#isLost || up.isStalled || down.isStalled || impairment.up?.loss || impairment.down?.loss;
    // A client that closes before the (modelled) SYN arrives never reached the service.
    if (this.#state === 'connecting' && isHeldUp) this.#abandon();
    else this.#flows.up.end('fin');
  }

  #abandon(): void {
    this.#surroundings.connections.abandoned += 1;
    this.#cut();
  }

  /** One socket is closed: by an error, which the other side gets as RST, or after both ends were passed on. */
  #gone(who: 'client' | 'upstream'): void {
    const socket = who === 'client' ? this.#client : this.#upstream;
    if (this.#state === 'connecting' && who === 'client') {
      this.#abandon();
    } else if (this.#state !== 'over') {
      const [from, to] = who === 'client' ? (['up', 'down'] as const) : (['down', 'up'] as const);
      if (socket.errored || !socket.readableEnded) {
        if (who === 'upstream' && socket.bytesRead === 0 && isConnectError(socket.errored)) {
          this.#surroundings.connections.unreachable += 1;
        }
        this.#flows[from].end('rst');
      }
      this.#flows[to].discard();
    }
    this.#openSockets -= 1;
    if (this.#openSockets > 0) return;
    this.#finish();
    this.#surroundings.connections.open -= 1;
    this.#surroundings.ended(this);
  }

  #cut(): void {
    this.#finish();
    reset(this.#client);
    reset(this.#upstream);
  }

  #finish(): void {
    this.#leaveConnecting('over');
    this.#wait?.cancel();
    for (const direction of DIRECTIONS) this.#flows[direction].discard();
  }

  /** Replaces the earlier wait. */
  #waitFor(ms: number, act: () => void): void {
    this.#wait?.cancel();
    this.#wait = wheel.after(ms, act);
  }

  #leaveConnecting(state: State): void {
    if (this.#state === 'connecting') this.#surroundings.connections.connecting -= 1;
    this.#state = state;
  }
}

function isConnectError(error: Error | null): boolean {
  return (error as NodeJS.ErrnoException | null)?.syscall === 'connect';
}

/** Makes an independent stream of random numbers for each connection and use. */
export function randomFor(seed: string | number, path: string, connection: number) {
  return (use: string) => seeded(seed, 'link', path, connection, use);
}
