import type { IncomingMessage, ServerResponse } from 'node:http';
import { lastLook } from '../kernel/secrets.ts';
import type { LiveRun } from '../live/live-run.ts';
import type { End } from './frame.ts';
import { type Cursor, cursorOf, cursorText, frameOf, parseCursor } from './frames.ts';
import type { Readers } from './linger.ts';

/** A browser that lost its connection connects again after this time. */
const RETRY_MS = 1000;

/** No user watches with more tabs than this. More viewers are refused: they would slow the run. */
const MOST_VIEWERS = 32;

/** A sign of life while a finished run sends no frames: a viewer that is silent for SILENT_MS is disconnected. */
const ALIVE_MS = 20_000;

/** A viewer that has read nothing for this time is gone, or will connect again by itself. */
const SILENT_MS = 60_000;

interface Viewer {
  readonly response: ServerResponse;
  has: Cursor | undefined;
  /** Whether the viewer has not read its last frame yet; until then it gets no other frame. */
  isBehind: boolean;
}

/**
 * Sends a run to all viewers, over Server-Sent Events: first everything, then deltas. Each viewer has at most one frame
 * in flight: a slow viewer gets fewer and larger frames, and costs the memory of one frame. A frame that several viewers
 * get is encoded once.
 */
export class Viewers {
  readonly #run: LiveRun;
  readonly #viewers = new Set<Viewer>();
  #end: End | null = null;
  #lastSeenAt: number | null = null;
  #alive: NodeJS.Timeout | undefined;

  constructor(run: LiveRun) {
    this.#run = run;
    run.on('tick', () => this.#send());
  }

  /** The viewers that are connected now, and when the last one was. */
  get readers(): Readers {
    return { present: this.#viewers.size, lastSeenAt: this.#lastSeenAt };
  }

  /** A reader opened a page of the run. */
  seen(): void {
    this.#lastSeenAt = performance.now();
  }

  welcome(request: IncomingMessage, response: ServerResponse): void {
    if (this.#viewers.size >= MOST_VIEWERS) {
      response
        .writeHead(503, { 'Retry-After': '5' })
        .end(`The dashboard has ${MOST_VIEWERS} viewers, its limit. Close one of them.\n`);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(`retry: ${RETRY_MS}\n\n`);
    request.socket.setTimeout(SILENT_MS, () => request.socket.destroy());
    const has = parseCursor(String(request.headers['last-event-id'] ?? ''));
    const viewer: Viewer = { response, has, isBehind: false };
    this.#viewers.add(viewer);
    response.on('drain', () => {
      viewer.isBehind = false;
    });
    this.seen();
    response.on('close', () => {
      this.#viewers.delete(viewer);
      this.seen();
    });
    this.#sendTo(viewer, this.#encoder());
  }

  /** Sends the verdict to all viewers, slow ones included. They stay connected until `close`. */
  conclude(end: End): void {
    this.#end = end;
    for (const viewer of this.#viewers) viewer.isBehind = false;
    this.#send();
    const breathe = () => {
      for (const { response } of this.#viewers) response.write(': still here\n\n');
    };
    this.#alive = setInterval(breathe, ALIVE_MS).unref();
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.#alive);
    for (const { response } of this.#viewers) response.end();
  }

  #send(): void {
    if (this.#viewers.size === 0) return;
    const encode = this.#encoder();
    for (const viewer of this.#viewers) if (!viewer.isBehind) this.#sendTo(viewer, encode);
  }

  #sendTo(viewer: Viewer, encode: (since: Cursor | undefined) => string): void {
    viewer.isBehind = !viewer.response.write(encode(viewer.has));
    viewer.has = cursorOf(this.#run);
  }

  /** Encodes the frames of this moment, one for each cursor, each only once. */
  #encoder(): (since: Cursor | undefined) => string {
    const encoded = new Map<string, string>();
    const id = cursorText(cursorOf(this.#run));
    return (since) => {
      const key = since === undefined ? '' : cursorText(since);
      const known = encoded.get(key);
      if (known !== undefined) return known;
      const data = lastLook(JSON.stringify(frameOf(this.#run, since, this.#end)));
      const text = `id: ${id}\ndata: ${data}\n\n`;
      encoded.set(key, text);
      return text;
    };
  }
}
