import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Capacity } from '../../capacity/evidence.ts';
import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import { systemClock } from '../../kernel/clock.ts';
import { memoryKills, memoryLimit } from '../../kernel/out-of-memory.ts';
import type { RouteMetrics } from '../../meetings/request-durations.ts';
import { type ServiceSample, serviceSample } from '../../meetings/service-sample.ts';
import type { LevelOrder } from '../levels/order.ts';
import type { SliceReport } from '../slice-report.ts';
import { CrowdState } from './crowd-state.ts';
import { Entrance } from './entrance.ts';
import { onLine, sendLine } from './lines.ts';
import type { CrowdRecord, FromSlice, Stop } from './messages.ts';
import { SharedValues } from './shared-values.ts';

/** From the last arrival at the barrier to its release: time for the message to reach every slice. */
export const RELEASE_LEAD_MS = 100;

/** Time to read the metrics of the service before a planned start. */
const READING_MS = 1000;

export interface CoordinatorOptions {
  /** The slices of each crowd that this machine runs. */
  readonly expected: readonly number[];
  /** How long the barrier waits for the missing slices after the latest slice arrived. */
  readonly barrierTimeoutMs: number;
  /** The earliest start by the wall clock: machines that share a crowd have no other common clock. */
  readonly notBefore?: Date | undefined;
  /** Reads the service's current metrics; null if there are none. */
  scrapeMetrics(): Promise<string | null>;
  /** The names of the metrics that hold the durations of requests. */
  readonly routeMetrics: RouteMetrics;
  /** Ends the packet capture when the crowd has ended. */
  endCapture?(): Promise<CapturedExchanges | undefined>;
  /** The pause between two readings while a crowd is active. */
  readonly scrapeEveryMs: number;
}

interface CoordinatorEvents {
  report: [SliceReport];
  started: [string, number];
  over: [string];
  lost: [string, number];
  stopped: [string];
  forgotten: [string];
  replaced: [string];
  notice: [string];
  sample: [string, ServiceSample];
}

interface Member {
  readonly socket: Socket;
  readonly room: Room;
  readonly slice: number | undefined;
}

/** The connections of one crowd. */
interface Room {
  readonly state: CrowdState;
  readonly members: Set<Member>;
  readonly waiting: Set<Member>;
  readonly values: SharedValues;
  /** When the barrier opens, in ms of the shared clock; 0 until this is known. */
  releasedAt: number;
  /** The barrier is open or about to open: the metrics before the start are being read. */
  released: boolean;
  ended: boolean;
  /** The latest reading of the service's metrics; a collector waits for it. */
  scraped: Promise<void>;
  timer?: NodeJS.Timeout;
  /** The timer of the next reading while the crowd is active. */
  nextReading?: NodeJS.Timeout;
}

/**
 * Connects the slices of a run, in the main process: it holds the barrier, keeps the last report of every slice (also
 * of one that dies), forwards causes of room events, and sends the stop. Emits `report` (SliceReport),
 * `started` (name of the crowd, instant of its start on the shared clock), `over` (name of the crowd), `lost` (name of the
 * crowd, slice), `stopped` (the reason), `sample` (name of the crowd, reading of the service's metrics), `forgotten` (name
 * of the crowd), `replaced` (name of a crowd whose evidence is saved in another form) and `notice` (a line for the user).
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
  #answer: (crowd: string, question: string) => Promise<unknown> = () => Promise.resolve(undefined);
  #stop: Stop | undefined;

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

  /** The address for slices, and the token that admits them. */
  get address(): string {
    return `${(this.#server.address() as AddressInfo).port}:${this.#token}`;
  }

  /** A value that a slice made for its whole crowd, or undefined. */
  shared(crowd: string, key: string): unknown {
    return this.#rooms.get(crowd)?.values.get(key);
  }

  /** Answers the questions of slices and of verdicts. The answers must not reject. */
  answerWith(answer: (crowd: string, question: string) => Promise<unknown>): void {
    this.#answer = answer;
  }

  /** Forgets a crowd that has ended or will never begin, with everything that it reported. */
  forget(crowd: string): void {
    const room = this.#rooms.get(crowd);
    if (room === undefined) return;
    endRoom(room);
    this.#rooms.delete(crowd);
    this.#collected.delete(crowd);
    this.emit('forgotten', crowd);
  }

  /** Replaces such a value, for slices that ask from now on. */
  share(crowd: string, key: string, value: unknown): void {
    this.#room(crowd).values.made(key, value);
  }

  /** Sends the next level to every slice of a crowd; null ends the crowd. */
  order(crowd: string, order: LevelOrder | null): void {
    for (const { socket } of this.#room(crowd).members) sendLine(socket, { type: 'level', order });
  }

  /** Keeps the levels of a capacity search with the record of its crowd. */
  noteCapacity(crowd: string, capacity: Capacity): void {
    this.#room(crowd).state.capacity = capacity;
  }

  get crowds(): CrowdRecord[] {
    return [...this.#rooms.values()].map((room) => room.state.record());
  }

  /** Crowds that began or failed to begin, and whose complete record was never read: they have no verdict. */
  get unjudged(): CrowdRecord[] {
    return this.crowds.filter(({ name }) => !this.#collected.has(name));
  }

  /** Why all crowds were stopped, if they were. */
  get stopped(): Stop | undefined {
    return this.#stop;
  }

  /** Stops every slice early, also those that connect later. */
  stop(reason: string, { isInterrupted = false } = {}): void {
    const isFirst = this.#stop === undefined;
    // Listeners of the event read why.
    this.#stop ??= { reason, isInterrupted };
    if (isFirst) this.emit('stopped', reason);
    for (const room of this.#rooms.values()) {
      room.state.stopped ??= this.#stop;
      for (const member of room.members) sendLine(member.socket, { type: 'stop', reason });
    }
  }

  async close(): Promise<void> {
    for (const room of this.#rooms.values()) endRoom(room);
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
    const receive = (message: FromSlice) => {
      if (member) this.#received(member, message);
      else if (message.type !== 'hello') socket.destroy();
      else if (this.#entrance.admits(socket, message.token)) member = this.#welcome(socket, message);
    };
    onLine<FromSlice>(socket, receive, () => this.#entrance.mostCharacters(socket));
  }

  #welcome(socket: Socket, { crowd, slice }: FromSlice & { type: 'hello' }): Member {
    const room = this.#room(crowd);
    const member = { socket, room, slice };
    if (slice !== undefined) {
      room.members.add(member);
      room.state.connected(slice);
      if (this.#stop !== undefined) sendLine(socket, { type: 'stop', reason: this.#stop.reason });
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
    room.state.stopped ??= this.#stop ?? null;
    this.#rooms.set(name, room);
    return room;
  }

  #left(member: Member): void {
    const { room, slice } = member;
    room.members.delete(member);
    room.waiting.delete(member);
    // After the end of a crowd, or of this process' interest in it, its slices are only closing their connections.
    if (slice === undefined || room.ended) return;
    if (room.state.disconnected(slice)) {
      const kills = (memoryKills() ?? 0) - this.#killsBefore;
      if (kills > 0) room.state.outOfMemory = { kills, limitBytes: memoryLimit() };
      this.emit('lost', room.state.name, slice);
    }
    room.values.left(member.socket);
    this.#releaseIfComplete(room);
    this.#endIfOver(room);
  }

  #received(member: Member, message: FromSlice): void {
    const { room, socket } = member;
    switch (message.type) {
      case 'arrive':
        if (room.state.startedAt !== null) {
          const reason = 'The crowd started without this slice: it arrived too late.';
          sendLine(socket, { type: 'stop', reason });
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
      case 'ask':
        if (member.slice === undefined) this.#collected.add(room.state.name);
        void this.#answer(room.state.name, message.question).then((value) =>
          sendLine(socket, { type: 'answer', question: message.question, value }),
        );
        return;
      case 'collect':
        this.#collected.add(room.state.name);
        void room.scraped.then(() => sendLine(socket, { type: 'collected', crowd: room.state.record() }));
        return;
      case 'hello':
        return;
    }
  }

  /**
   * Opens the barrier when every living slice waits at it, or when the missing slices took too long, but not before the
   * crowd of another load test has ended.
   */
  #releaseIfComplete(room: Room): void {
    clearTimeout(room.timer);
    if (room.released || room.waiting.size === 0 || room.state.stopped !== null) return;
    // Two crowds at once would disturb each other, and the workers of the other crowd must still arrive here.
    if ([...this.#rooms.values()].some((other) => other.released && !other.ended)) return;
    // A slice that died does not come back, so the barrier does not wait for it.
    const isComplete = missing(room).every((slice) => room.state.isDone(slice));
    if (isComplete) this.#release(room);
    else room.timer = setTimeout(() => this.#release(room), this.#options.barrierTimeoutMs).unref();
  }

  #release(room: Room): void {
    const { notBefore = new Date(0) } = this.#options;
    const waitMs = notBefore.getTime() - READING_MS - Date.now();
    if (waitMs > 0) {
      // By then, other slices may be missing, so the check is repeated.
      room.timer = setTimeout(() => this.#release(room), waitMs).unref();
      return;
    }
    room.released = true;
    const { state, waiting } = room;
    // The metrics before the start are read while the slices wait for it.
    room.scraped = this.#scrape().then((text) => {
      state.metrics.before = text;
      const without = missing(room);
      state.lose(without);
      for (const slice of without) this.emit('lost', state.name, slice);
      const leadMs = Math.max(RELEASE_LEAD_MS, notBefore.getTime() - Date.now());
      state.startedAt = new Date(Date.now() + leadMs).toISOString();
      const at = systemClock.now() + leadMs;
      for (const member of waiting) sendLine(member.socket, { type: 'go', at, missing: without });
      waiting.clear();
      // The text was read just before the start and shows the service at that time.
      room.releasedAt = at;
      this.#note(room, text, 0);
      if (text !== null) this.#readOn(room, RELEASE_LEAD_MS + this.#options.scrapeEveryMs);
      this.emit('started', state.name, at);
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
      for (const other of this.#rooms.values()) this.#releaseIfComplete(other);
    });
  }

  /** Reads the metrics repeatedly until the crowd has ended, one reading at a time. */
  #readOn(room: Room, inMs = this.#options.scrapeEveryMs): void {
    room.nextReading = setTimeout(async () => {
      const text = await this.#scrape();
      if (room.ended) return;
      this.#note(room, text);
      this.#readOn(room);
    }, inMs).unref();
  }

  #note(room: Room, text: string | null, atMs = systemClock.now() - room.releasedAt): void {
    const sample = text === null ? undefined : serviceSample(text, atMs, this.#options.routeMetrics);
    if (sample === undefined) return;
    room.state.metrics.samples.push(sample);
    this.emit('sample', room.state.name, sample);
  }

  /** Never rejects: a run without the service's metrics is still valid. */
  async #scrape(): Promise<string | null> {
    try {
      return await this.#options.scrapeMetrics();
    } catch {
      return null;
    }
  }
}

function endRoom(room: Room): void {
  room.ended = true;
  clearTimeout(room.timer);
  clearTimeout(room.nextReading);
}

/** The expected slices that do not wait at the barrier. */
function missing({ state, waiting }: Room): number[] {
  const here = new Set([...waiting].map((member) => member.slice));
  return state.expected.filter((slice) => !here.has(slice));
}
