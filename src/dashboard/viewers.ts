import type { IncomingMessage, ServerResponse } from 'node:http';
import { finishedJson } from '../kernel/finished-text.ts';
import type { LiveRun } from '../live/live-run.ts';
import type { End } from './frame.ts';
import { type Cursor, cursorOf, cursorText, frameOf, parseCursor } from './frames.ts';

/** A browser that lost the connection asks again after so long. */
const RETRY_MS = 1000;

/** Nobody watches with more tabs than this; who wants in all the same is refused instead of slowing the run. */
const MOST_VIEWERS = 32;

/** A viewer that has taken nothing for so long is gone, or will come back by itself. */
const SILENT_MS = 60_000;

interface Viewer {
  readonly response: ServerResponse;
  has: Cursor | undefined;
  /** It has not read what it was sent last: until it does, it is sent nothing. */
  isBehind: boolean;
}

/**
 * Sends a run to everybody who watches, over Server-Sent Events. Each viewer has at most one frame in flight: who reads
 * slowly gets fewer and larger steps, and costs no more memory than one of them. What is the same for several viewers
 * is encoded once.
 */
export class Viewers {
  readonly #run: LiveRun;
  readonly #viewers = new Set<Viewer>();

  constructor(run: LiveRun) {
    this.#run = run;
    run.on('tick', () => this.#send(null));
  }

  welcome(request: IncomingMessage, response: ServerResponse): void {
    if (this.#viewers.size >= MOST_VIEWERS) {
      response.writeHead(503, { 'Retry-After': '5' }).end('Too many viewers.\n');
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
    response.on('close', () => this.#viewers.delete(viewer));
    this.#sendTo(viewer, this.#encoder(null));
  }

  /** The last frame for everybody, also for those who were too slow for the ones before, and the end of the connections. */
  end(end: End): void {
    for (const viewer of this.#viewers) viewer.isBehind = false;
    this.#send(end);
    for (const { response } of this.#viewers) response.end();
  }

  #send(end: End | null): void {
    if (this.#viewers.size === 0) return;
    const encode = this.#encoder(end);
    for (const viewer of this.#viewers) if (!viewer.isBehind) this.#sendTo(viewer, encode);
  }

  #sendTo(viewer: Viewer, encode: (since: Cursor | undefined) => string): void {
    viewer.isBehind = !viewer.response.write(encode(viewer.has));
    viewer.has = cursorOf(this.#run);
  }

  /** Encodes what is to be sent now for viewers who have so much, each only once. */
  #encoder(end: End | null): (since: Cursor | undefined) => string {
    const encoded = new Map<string, string>();
    const id = cursorText(cursorOf(this.#run));
    return (since) => {
      const key = since === undefined ? '' : cursorText(since);
      const known = encoded.get(key);
      if (known !== undefined) return known;
      const data = finishedJson(JSON.stringify(frameOf(this.#run, since, end)));
      const text = `id: ${id}\ndata: ${data}\n\n`;
      encoded.set(key, text);
      return text;
    };
  }
}
