// biome-ignore-all lint/suspicious/noExplicitAny: tests read what each service answers
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';

const clientFile = join(
  dirname(createRequire(import.meta.url).resolve('socket.io/package.json')),
  'client-dist/socket.io.min.js',
);

/** One user in a real page, whose traffic is recorded. */
export interface RecordedUser {
  readonly page: Page;
  /** Calls the service from the page. Returns the status and the answer as JSON. */
  call(
    method: string,
    path: string,
    options?: { json?: unknown; token?: string },
  ): Promise<{ status: number; body: any }>;
  /** Connects Socket.IO from the page. */
  connect(options: Record<string, unknown>, namespace?: string): Promise<void>;
  /** Sends a message; with `ack`, waits for the acknowledgement. */
  emit(name: string, args: readonly unknown[], options?: { ack?: boolean }): Promise<any>;
  /** Waits until this many events of the name have arrived. */
  received(name: string, count?: number): Promise<void>;
  disconnect(): Promise<void>;
  /** Ends the recording. */
  save(): Promise<void>;
}

interface PageWindow {
  io: (address: string, options: object) => any;
  socket: any;
  events: { name: string; args: unknown[] }[];
}

/**
 * Opens a page of the service and records everything to a HAR; with `attach`, bodies and messages are files beside it.
 */
export async function recordUser(
  browser: Browser,
  start: string,
  recording: { readonly path: string; readonly content: 'embed' | 'attach' },
  options: BrowserContextOptions = {},
): Promise<RecordedUser> {
  const context = await browser.newContext({
    bypassCSP: true,
    ...options,
    recordHar: recording,
  });
  const page = await context.newPage();
  await page.goto(start);
  await page.evaluate(readFileSync(clientFile, 'utf8'));
  return {
    page,
    call: (method, where, { json, token } = {}) =>
      page.evaluate(
        async ({ method, where, json, token }) => {
          const response = await fetch(where, {
            method,
            headers: {
              ...(json === undefined ? {} : { 'content-type': 'application/json' }),
              ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            },
            ...(json === undefined ? {} : { body: JSON.stringify(json) }),
          });
          const text = await response.text();
          return {
            status: response.status,
            body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
          };
        },
        { method, where, json, token },
      ),
    connect: (socketOptions, namespace = '/') =>
      page.evaluate(
        ({ socketOptions, namespace }) =>
          new Promise<void>((resolve, reject) => {
            const window = globalThis as unknown as PageWindow;
            window.events = [];
            window.socket = window.io(namespace, { forceNew: true, ...socketOptions });
            window.socket.onAny((name: string, ...args: unknown[]) => window.events.push({ name, args }));
            window.socket.on('connect', () => resolve());
            window.socket.on('connect_error', reject);
          }),
        { socketOptions, namespace },
      ),
    emit: (name, args, { ack = false } = {}) =>
      page.evaluate(
        ({ name, args, ack }) => {
          const { socket } = globalThis as unknown as PageWindow;
          if (ack) return socket.emitWithAck(name, ...args);
          socket.emit(name, ...args);
          return undefined;
        },
        { name, args, ack },
      ),
    received: async (name, count = 1) => {
      await page.waitForFunction(
        ({ name, count }) =>
          (globalThis as unknown as PageWindow).events.filter((event) => event.name === name).length >= count,
        { name, count },
      );
    },
    disconnect: () => page.evaluate(() => void (globalThis as unknown as PageWindow).socket.disconnect()),
    save: () => context.close(),
  };
}
