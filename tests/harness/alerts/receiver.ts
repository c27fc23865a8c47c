import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base } from '@playwright/test';
import type { Clock } from '../../../src/kernel/clock.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a message. */
export type Answer =
  | 'reset'
  | 'silence'
  | 'endless'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

/** A real HTTP server on loopback that receives messages. */
export interface Receiver {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The received messages, in order. */
  readonly received: Received[];
  /** The answers to the next messages, in order; later messages get 200. */
  readonly answers: Answer[];
  /** Resolves when the next message has arrived. */
  next(): Promise<void>;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: await text(request) });
    for (const wake of waiting.splice(0)) wake();
    reply(answers.shift() ?? { status: 200, body: 'ok' }, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function reply(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  if (answer === 'reset') request.socket.resetAndDestroy();
  else if (answer === 'endless') response.writeHead(500).write('never ');
  else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
}

/** A clock whose pauses end at once; it notes their lengths. */
export class SkippingClock implements Clock {
  readonly pausesMs: number[] = [];
  #now = 1000;

  now(): number {
    return this.#now;
  }

  async until(due: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.pausesMs.push(due - this.#now);
    this.#now = Math.max(this.#now, due);
  }
}

export const test = base.extend<{ receiver: Receiver; clock: SkippingClock }>({
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
  clock: async ({}, use) => use(new SkippingClock()),
});
