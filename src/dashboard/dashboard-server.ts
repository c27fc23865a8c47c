import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { lastLook } from '../kernel/secrets.ts';
import type { LiveRun } from '../live/live-run.ts';
import { exposition, PROMETHEUS_TYPE } from '../views/metrics/prometheus.ts';
import { liveView } from '../views/run-view/live-view.ts';
import { clientFiles, type ServedFile } from './client-files.ts';
import type { End } from './frame.ts';
import { type LingerOptions, linger, type Readers } from './linger.ts';
import { REPORT_PATH, reportFile, sendReport } from './report-files.ts';
import { Viewers } from './viewers.ts';

/** Ports to try if the first one is taken; after these, any free port. */
const TRIES = 20;

/** Time for the last frames to reach the viewers. */
const FAREWELL_MS = 500;

/**
 * Any process of the machine can connect, but must not slow the run: requests have a short timeout and no body, the
 * number of connections is limited, and metrics are written at most once in METRICS_MS. The number is high, so that one
 * program cannot keep all viewers out; silent connections end after LIMITS.headersTimeout.
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

/** Shows a live run to browsers on this machine. It is read-only, and rejects pages of other origins. */
export class DashboardServer {
  readonly #server: Server;
  readonly #viewers: Viewers;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #run: LiveRun;
  /** The folder of the finished run; until then there are no reports. */
  #folder: string | undefined;
  /** The cached text of the metrics. */
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
        // A defect of the dashboard must not end the run.
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

  /** Sends the verdict to the viewers, and serves the files of the run from now on. */
  conclude(end: End, folder: string): void {
    this.#folder = folder;
    this.#viewers.conclude(end);
  }

  get readers(): Readers {
    return this.#viewers.readers;
  }

  /** Waits until nobody reads the finished run any more. */
  linger(options: Pick<LingerOptions, 'stay' | 'signal' | 'mostMs'>): Promise<void> {
    return linger({ ...options, readers: () => this.readers });
  }

  async close(): Promise<void> {
    this.#viewers.close();
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
    if (path.startsWith(REPORT_PATH)) {
      void this.#answerReport(path.slice(REPORT_PATH.length), request, response);
      return;
    }
    if (path === '/events' && request.method === 'GET') this.#viewers.welcome(request, response);
    else if (path === '/metrics')
      response.writeHead(200, { 'Content-Type': PROMETHEUS_TYPE }).end(this.#metricsText());
    else if (file) response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
    else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found. The dashboard is at /.\n');
  }

  async #answerReport(path: string, { method }: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#viewers.seen();
    const file = this.#folder === undefined ? undefined : await reportFile(this.#folder, path);
    if (file === undefined) {
      const why =
        this.#folder === undefined ? 'The reports are written at the end of the run.' : 'Not found.';
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`${why} The dashboard is at /.\n`);
      return;
    }
    // The links of a page are relative to its folder.
    if (
      path !== '' &&
      !path.endsWith('/') &&
      basename(file) === 'index.html' &&
      !path.endsWith('index.html')
    ) {
      response.writeHead(301, { Location: `${REPORT_PATH}${path}/` }).end();
      return;
    }
    await sendReport(response, file, method === 'HEAD').catch(() => response.destroy());
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
      return { status: 421, why: `The address of the dashboard is ${this.url}. Use this address.` };
    if (method !== 'GET' && method !== 'HEAD')
      return { status: 405, why: 'The dashboard is read-only. Use GET or HEAD.' };
    if (others['transfer-encoding'] !== undefined || Number(others['content-length'] ?? 0) > 0)
      return { status: 413, why: 'The dashboard accepts no request body.' };
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
