import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { DashboardServer } from '../../../src/dashboard/dashboard-server.ts';
import type { End, Frame } from '../../../src/dashboard/frame.ts';
import { FedRun } from '../live/fed-run.ts';

type FedOptions = ConstructorParameters<typeof FedRun>[0];

/** A run that the test feeds, with its dashboard; everything is closed at the end. */
export class Watched {
  readonly run: FedRun;
  readonly dashboard: DashboardServer;
  readonly #viewers: Viewer[] = [];
  readonly #sockets: Socket[] = [];

  private constructor(run: FedRun, dashboard: DashboardServer) {
    this.run = run;
    this.dashboard = dashboard;
  }

  static async start(options?: FedOptions): Promise<Watched> {
    const run = new FedRun(options);
    return new Watched(run, await DashboardServer.start(run.live, 0));
  }

  /** The end of the run: its reports are in this folder. */
  end(over: Partial<End> = {}, folder = '/there/is/no/folder'): void {
    const end: End = { verdict: 'failed', sentences: [], folder: 'reports/runs/x', reports: [], ...over };
    this.run.live.end(end.verdict);
    this.dashboard.conclude(end, folder);
  }

  get url(): string {
    return this.dashboard.url;
  }

  async viewer(headers: Record<string, string> = {}): Promise<Viewer> {
    const viewer = await Viewer.open(`${this.url}/events`, headers);
    this.#viewers.push(viewer);
    return viewer;
  }

  /** Asks for the events and reads none of them. */
  async sleeper(): Promise<Socket> {
    const { port, host } = new URL(this.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    socket.on('error', () => socket.destroy());
    this.#sockets.push(socket);
    socket.pause();
    await new Promise((resolve) => socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`, resolve));
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const viewer of this.#viewers) viewer.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.dashboard.close();
  }
}

/** One viewer that reads everything at once. */
class Viewer {
  readonly frames: Frame[] = [];
  readonly response: IncomingMessage;
  lastId = '';
  text = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) this.#read(event);
    });
    response.on('error', () => undefined); // closed by the test
  }

  static open(url: string, headers: Record<string, string>): Promise<Viewer> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (response) => resolve(new Viewer(response))).on('error', reject);
    });
  }

  get last(): Frame | undefined {
    return this.frames.at(-1);
  }

  close(): void {
    this.response.destroy();
  }

  #read(event: string): void {
    for (const line of event.split('\n')) {
      if (line.startsWith('id: ')) this.lastId = line.slice(4);
      if (line.startsWith('data: ')) this.frames.push(JSON.parse(line.slice(6)) as Frame);
    }
  }
}
