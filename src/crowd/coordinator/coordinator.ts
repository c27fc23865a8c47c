import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import { systemClock } from '../../kernel/clock.ts';
import { memoryKills, memoryLimit } from '../../kernel/out-of-memory.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import { serviceMoment } from '../../meetings/service-moment.ts';
import type { ShareReport } from '../share-report.ts';
import { CrowdState } from './crowd-state.ts';
import { Entrance } from './entrance.ts';
import { onLine, sendLine } from './lines.ts';
import type { CrowdRecord, FromShare } from './messages.ts';
import { SharedValues } from './shared-values.ts';

/** From the last arrival at the barrier to its release: time for the message to reach every share. */
export const RELEASE_LEAD_MS = 100;

/** Before an appointed start: time to read the figures of the service. */
const READING_MS = 1000;

export interface CoordinatorOptions {
  /** The shares of each crowd that this machine runs. */
  readonly expected: readonly number[];
  /** How long the barrier waits for the missing shares after the last one came. */
  readonly barrierTimeoutMs: number;
  /** No barrier opens sooner, by the wall clock: machines that share a crowd have no other clock in common. */
  readonly notBefore?: Date | undefined;
  /** The service's metrics now, or null. */
  scrapeMetrics(): Promise<string | null>;
  /** Where the metrics have the durations of requests. */
  readonly routeMetrics: RouteMetrics;
  /** Ends the capture of packets, when the crowd is gone. */
  endCapture?(): Promise<CapturedExchanges | undefined>;
  /** How long to wait between two readings while a crowd is there. */
  readonly scrapeEveryMs: number;
}

interface CoordinatorEvents {
  report: [ShareReport];
  started: [string];
  over: [string];
  lost: [string, number];
  stopped: [string];
}

interface Member {
  readonly socket: Socket;
  readonly room: Room;
  readonly share?: number;
}

/** The connections of one crowd. */
interface Room {
  readonly state: CrowdState;
  readonly members: Set<Member>;
  readonly waiting: Set<Member>;
  readonly values: SharedValues;
  /** When it opens, in ms of the shared clock; 0 until then. */
  releasedAt: number;
  /** The barrier is open, or about to open: the figures from before the start are being read. */
  released: boolean;
  ended: boolean;
  /** The latest reading of the service's metrics, which whoever collects waits for. */
  scraped: Promise<void>;
  timer?: NodeJS.Timeout;
  /** The next reading while the crowd is there. */
  nextReading?: NodeJS.Timeout;
}

/**
 * The one place of a run where shares meet, in the main process: it holds the barrier, keeps the last report of
 * every share (also of those that die), passes causes of room events on, and tells everybody to stop.
 * Emits `report` (ShareReport), `started` and `over` (name of the crowd), `lost` (name of the crowd, share) and `stopped`
 * (the reason).
 */
export class Coordinator extends EventEmitter<CoordinatorEvents> {
  readonly #options: CoordinatorOptions;
  readonly #token = randomBytes(16).toString('hex');
  readonly #entrance = new Entrance(this.#token);
  readonly #rooms = new Map<string, Room>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #collected = new Set<string>();
  readonly #killsBefore = memoryKills() ?? 0;
  #stopReason: string | undefined;

  private constructor(options: CoordinatorOptions) {
    super();
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(options: CoordinatorOptions): Promise<Coordinator> {
    const coordinator = new Coordinator(options);
    coordinator.#server.listen(0, '127.0.0.1');
    await once(coordinator.#server, 'listening');
    return coordinator;
  }

  /** Where shares connect, and the token that lets them in. */
  get address(): string {
    return `${(this.#server.address() as AddressInfo).port}:${this.#token}`;
  }

  /** A value that a share made for its whole crowd, or undefined. */
  shared(crowd: string, key: string): unknown {
    return this.#rooms.get(crowd)?.values.get(key);
  }

  get crowds(): CrowdRecord[] {
    return [...this.#rooms.values()].map((room) => room.state.record());
  }

  /** Crowds that began, or could not, and of which nobody has asked everything: no verdict was given on them. */
  get unjudged(): CrowdRecord[] {
    return this.crowds.filter(({ name }) => !this.#collected.has(name));
  }

  /** Tells every share to end early, now and those that are still to come. */
  stop(reason: string): void {
    if (this.#stopReason === undefined) this.emit('stopped', reason);
    this.#stopReason ??= reason;
    for (const room of this.#rooms.values()) {
      room.state.stopped ??= this.#stopReason;
      for (const member of room.members) sendLine(member.socket, { type: 'stop', reason });
    }
  }

  async close(): Promise<void> {
    for (const room of this.#rooms.values()) {
      room.ended = true;
      clearTimeout(room.timer);
      clearTimeout(room.nextReading);
    }
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    let member: Member | undefined;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()); // a killed worker resets its connection; `close` follows
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (member) this.#left(member);
    });
    this.#entrance.add(socket);
    const receive = (message: FromShare) => {
      if (member) this.#received(member, message);
      else if (message.type !== 'hello') socket.destroy();
      else if (this.#entrance.admits(socket, message.token)) member = this.#welcome(socket, message);
    };
    onLine<FromShare>(socket, receive, () => this.#entrance.mostCharacters(socket));
  }

  #welcome(socket: Socket, { crowd, share }: FromShare & { type: 'hello' }): Member {
    const room = this.#room(crowd);
    const member = share === undefined ? { socket, room } : { socket, room, share };
    if (share !== undefined) {
      room.members.add(member);
      room.state.connected(share);
      if (this.#stopReason !== undefined) sendLine(socket, { type: 'stop', reason: this.#stopReason });
    }
    return member;
  }

  #room(name: string): Room {
    const room = this.#rooms.get(name) ?? {
      state: new CrowdState(name, this.#options.expected, this.#options.routeMetrics),
      members: new Set<Member>(),
      waiting: new Set<Member>(),
      values: new SharedValues(),
      releasedAt: 0,
      released: false,
      ended: false,
      scraped: Promise.resolve(),
    };
    room.state.stopped ??= this.#stopReason ?? null;
    this.#rooms.set(name, room);
    return room;
  }

  #left(member: Member): void {
    const { room, share } = member;
    room.members.delete(member);
    room.waiting.delete(member);
    if (share === undefined) return;
    if (room.state.disconnected(share)) {
      const kills = (memoryKills() ?? 0) - this.#killsBefore;
      if (kills > 0) room.state.outOfMemory = { kills, limitBytes: memoryLimit() };
      this.emit('lost', room.state.name, share);
    }
    room.values.left(member.socket);
    this.#releaseIfComplete(room);
    this.#endIfOver(room);
  }

  #received(member: Member, message: FromShare): void {
    const { room, socket } = member;
    switch (message.type) {
      case 'arrive':
        if (room.state.startedAt !== null) {
          sendLine(socket, {
            type: 'stop',
            reason: 'The crowd started without this share: it came too late.',
          });
          return;
        }
        room.waiting.add(member);
        this.#releaseIfComplete(room);
        return;
      case 'want':
        room.values.wanted(message.key, socket);
        return;
      case 'made':
        room.values.made(message.key, message.value);
        return;
      case 'not made':
        room.state.notBegun ??= message.reason;
        room.values.notMade(message.key, message.reason);
        return;
      case 'causes':
        for (const other of room.members) if (other !== member) sendLine(other.socket, message);
        return;
      case 'report':
        if (room.state.report(message.report)) this.emit('report', message.report);
        this.#endIfOver(room);
        return;
      case 'collect':
        this.#collected.add(room.state.name);
        void room.scraped.then(() => sendLine(socket, { type: 'collected', crowd: room.state.record() }));
        return;
      case 'hello':
        return;
    }
  }

  /** Opens the barrier when every share that is alive waits at it, or when those missing took too long. */
  #releaseIfComplete(room: Room): void {
    clearTimeout(room.timer);
    if (room.released || room.waiting.size === 0 || room.state.stopped !== null) return;
    // A share that died does not come back, so nobody waits for it.
    const isComplete = missing(room).every((share) => room.state.isDone(share));
    if (isComplete) this.#release(room);
    else room.timer = setTimeout(() => this.#release(room), this.#options.barrierTimeoutMs).unref();
  }

  #release(room: Room): void {
    const { notBefore = new Date(0) } = this.#options;
    const waitMs = notBefore.getTime() - READING_MS - Date.now();
    if (waitMs > 0) {
      // Whoever leaves meanwhile, or comes, is looked at again.
      room.timer = setTimeout(() => this.#release(room), waitMs).unref();
      return;
    }
    room.released = true;
    const { state, waiting } = room;
    // The figures from before the start are read while the shares wait for it.
    room.scraped = this.#scrape().then((text) => {
      state.metrics.before = text;
      const without = missing(room);
      state.lose(without);
      for (const share of without) this.emit('lost', state.name, share);
      const leadMs = Math.max(RELEASE_LEAD_MS, notBefore.getTime() - Date.now());
      state.startedAt = new Date(Date.now() + leadMs).toISOString();
      const at = systemClock.now() + leadMs;
      for (const member of waiting) sendLine(member.socket, { type: 'go', at, missing: without });
      waiting.clear();
      // The text was read before the start, and tells how the service stood at it.
      room.releasedAt = at;
      this.#note(room, text, 0);
      if (text !== null) this.#readOn(room, RELEASE_LEAD_MS + this.#options.scrapeEveryMs);
      this.emit('started', state.name);
      this.#endIfOver(room);
    });
  }

  #endIfOver(room: Room): void {
    const { state } = room;
    if (state.startedAt === null || !state.over || room.ended) return;
    room.ended = true;
    clearTimeout(room.nextReading);
    room.scraped = this.#scrape().then(async (text) => {
      state.metrics.after = text;
      this.#note(room, text);
      state.capture = await this.#options.endCapture?.();
      this.emit('over', state.name);
    });
  }

  /** Reads the metrics again and again until the crowd is gone, one reading after the other. */
  #readOn(room: Room, inMs = this.#options.scrapeEveryMs): void {
    room.nextReading = setTimeout(async () => {
      const text = await this.#scrape();
      if (room.ended) return;
      this.#note(room, text);
      this.#readOn(room);
    }, inMs).unref();
  }

  #note(room: Room, text: string | null, atMs = systemClock.now() - room.releasedAt): void {
    const moment = text === null ? undefined : serviceMoment(text, atMs, this.#options.routeMetrics);
    if (moment) room.state.metrics.moments.push(moment);
  }

  /** Never rejects: a run without the service's own figures is still a run. */
  async #scrape(): Promise<string | null> {
    try {
      return await this.#options.scrapeMetrics();
    } catch {
      return null;
    }
  }
}

/** The expected shares that do not wait at the barrier. */
function missing({ state, waiting }: Room): number[] {
  const here = new Set([...waiting].map((member) => member.share));
  return state.expected.filter((share) => !here.has(share));
}
