import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastLook } from '../kernel/secrets.ts';
import type { LiveRun } from '../live/live-run.ts';
import { exposition, PROMETHEUS_TYPE } from '../views/metrics/prometheus.ts';
import { liveView } from '../views/run-view/live-view.ts';
import { clientFiles, type ServedFile } from './client-files.ts';
import type { End } from './frame.ts';
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

/** Shows a run to browsers on this machine while it goes on. It is read-only, and closed to pages of other origins. */
export class DashboardServer {
  readonly #server: Server;
  readonly #viewers: Viewers;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #run: LiveRun;
  /** The text of the metrics, which requests get until it is old. */
  #written = { untilMs: 0, text: '' };
  #port = 0;

  private constructor(run: LiveRun, files: ReadonlyMap<string, ServedFile>) {
    this.#files = files;
    this.#viewers = new Viewers(run);
    this.#run = run;
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
    // An open viewer does not keep the process of a finished run alive.
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
      // The connection ends too: nothing reads the rest of its data.
      response.writeHead(refused.status, { 'Content-Type': 'text/plain', Connection: 'close' });
      response.end(`${refused.why}\n`, () => request.socket.destroy());
      return;
    }
    const path = request.url!.split('?')[0]!;
    const file = this.#files.get(path);
    if (path === '/events' && request.method === 'GET') this.#viewers.welcome(request, response);
    else if (path === '/metrics') this.#sendMetrics(response);
    else if (file) response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
    else
      response
        .writeHead(404, { 'Content-Type': 'text/plain' })
        .end('Nothing is here. The dashboard is at /.\n');
  }

  #sendMetrics(response: ServerResponse): void {
    try {
      const text = this.#metricsText();
      response.writeHead(200, { 'Content-Type': PROMETHEUS_TYPE }).end(text);
    } catch {
      response.destroy();
    }
  }

  #metricsText(): string {
    const now = performance.now();
    if (now > this.#written.untilMs) {
      const text = lastLook(exposition(liveView(this.#run)));
      this.#written = { untilMs: now + METRICS_MS, text };
    }
    return this.#written.text;
  }

  #refusal({
    method,
    headers: { host, ...others },
  }: IncomingMessage): { status: number; why: string } | undefined {
    // DNS rebinding: a foreign name that points at this machine would let foreign pages read this one.
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
