import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { finishedLabels } from '../kernel/finished-text.ts';
import type { LiveRun } from '../live/live-run.ts';
import { clientFiles, type ServedFile } from './client-files.ts';
import type { End } from './frame.ts';
import { prometheusRegistry } from './metrics/prometheus.ts';
import { Viewers } from './viewers.ts';

/** Where a port is taken, the ones after it are tried, then any free one. */
const TRIES = 20;

/** For the last frames to reach their viewers. */
const FAREWELL_MS = 500;

/**
 * Any process of the machine can connect, and the run must not notice: little time for a request, no body, a bounded
 * number of connections, and metrics that are written at most once in METRICS_MS. Too few connections would let one
 * program keep all viewers out; those that say nothing are ended after LIMITS.headersTimeout.
 */
const LIMITS = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 } as const;
const MOST_CONNECTIONS = 512;
const METRICS_MS = 500;

const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** Shows a run to browsers on this machine while it goes on: reads alone, and nobody else's pages. */
export class DashboardServer {
  readonly #server: Server;
  readonly #viewers: Viewers;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #metrics: Registry;
  /** Of the metrics, for requests that come before it is old. */
  #written = { untilMs: 0, text: Promise.resolve('') };
  #port = 0;

  private constructor(run: LiveRun, files: ReadonlyMap<string, ServedFile>) {
    this.#files = files;
    this.#viewers = new Viewers(run);
    this.#metrics = prometheusRegistry(run);
    this.#server = createServer(LIMITS, (request, response) => {
      try {
        this.#answer(request, response);
      } catch {
        // A defect of the dashboard must not be the end of the run.
        response.destroy();
      }
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** Listens on loopback, on `port` or the next one that is free; 0 takes any. */
  static async start(run: LiveRun, port: number): Promise<DashboardServer> {
    const dashboard = new DashboardServer(run, await clientFiles());
    await listen(dashboard.#server, port);
    dashboard.#port = (dashboard.#server.address() as AddressInfo).port;
    // A run that is over is not held up by somebody who still looks at it.
    dashboard.#server.unref();
    return dashboard;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Tells the viewers how the run ended, and closes. */
  async end(end: End): Promise<void> {
    this.#viewers.end(end);
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const impatient = setTimeout(() => this.#server.closeAllConnections(), FAREWELL_MS);
    await closed;
    clearTimeout(impatient);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const refused = this.#refusal(request);
    if (refused) {
      // With the connection: nobody reads what else comes over it.
      response.writeHead(refused.status, { 'Content-Type': 'text/plain', Connection: 'close' });
      response.end(`${refused.why}\n`, () => request.socket.destroy());
      return;
    }
    const path = request.url!.split('?')[0]!;
    const file = this.#files.get(path);
    if (path === '/events' && request.method === 'GET') this.#viewers.welcome(request, response);
    else if (path === '/metrics') void this.#tellMetrics(response);
    else if (file) response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
    else
      response
        .writeHead(404, { 'Content-Type': 'text/plain' })
        .end('Nothing is here. The dashboard is at /.\n');
  }

  async #tellMetrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.#metricsText();
      response.writeHead(200, { 'Content-Type': this.#metrics.contentType }).end(text);
    } catch {
      response.destroy();
    }
  }

  #metricsText(): Promise<string> {
    const now = performance.now();
    if (now > this.#written.untilMs) {
      const text = this.#metrics.metrics().then(finishedLabels);
      this.#written = { untilMs: now + METRICS_MS, text };
    }
    return this.#written.text;
  }

  #refusal({
    method,
    headers: { host, ...others },
  }: IncomingMessage): { status: number; why: string } | undefined {
    // A name that somebody else's DNS points at this machine would make their pages readers of ours.
    const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${this.#port}`);
    if (!names.includes(host?.toLowerCase() ?? ''))
      return { status: 421, why: `This is ${this.url}. Use that address.` };
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'The dashboard can only be read.' };
    if (others['transfer-encoding'] !== undefined || Number(others['content-length'] ?? 0) > 0)
      return { status: 413, why: 'The dashboard reads no bodies.' };
    return undefined;
  }
}

async function listen(server: Server, port: number): Promise<void> {
  const ports = port === 0 ? [0] : [...Array.from({ length: TRIES }, (_, step) => port + step), 0];
  for (const candidate of ports) {
    if (candidate > 65_535) continue;
    server.listen(candidate, '127.0.0.1');
    try {
      await once(server, 'listening');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
