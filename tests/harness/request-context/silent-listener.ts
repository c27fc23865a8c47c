import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/**
 * A port that neither accepts nor refuses, like a port behind a firewall: a process listens and is then stopped,
 * with a full queue of connections, so that the kernel drops each further SYN.
 */
export class SilentListener implements AsyncDisposable {
  readonly baseURL: string;
  readonly #process: ReturnType<typeof spawn>;
  readonly #fillers: Socket[] = [];

  private constructor(process: ReturnType<typeof spawn>, port: number) {
    this.#process = process;
    this.baseURL = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<SilentListener> {
    const script = `const server = require('node:net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => process.stdout.write(String(server.address().port)));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = await once(child.stdout, 'data');
    const port = Number(printed);
    child.kill('SIGSTOP');
    const listener = new SilentListener(child, port);
    try {
      // One connection after the other, until the queue is full: the last one never becomes connected.
      while (await connects(port, listener.#fillers));
    } catch (error) {
      await listener[Symbol.asyncDispose]();
      throw error;
    }
    return listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}

/**
 * Whether one more connection succeeds. On loopback, the call itself connects, and this process gets the event in the
 * next turns of its event loop, however late these come.
 */
async function connects(port: number, sockets: Socket[]): Promise<boolean> {
  if (sockets.length > 10) throw new Error('the queue of a listener with a backlog of 1 does not fill up');
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  const connected = once(socket, 'connect').then(() => true);
  await Promise.race([connected, pause(200)]);
  for (let turns = 0; turns < 3; turns++) await turn();
  return await Promise.race([connected, false]);
}
