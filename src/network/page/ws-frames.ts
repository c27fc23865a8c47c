import type { Page, WebSocketRoute } from '@playwright/test';
import { z } from 'zod';
import { seeded } from '../../kernel/random.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { assertValid, duration, percent } from '../settings.ts';
import { type Frame, FrameLine } from './frame-line.ts';
import { inForce, type PageCondition } from './page-condition.ts';

const directionSchema = z
  .strictObject({ lossPercent: percent, delayMs: duration, closePercent: percent })
  .partial()
  .refine(({ lossPercent = 0, closePercent = 0 }) => lossPercent + closePercent <= 100, {
    path: ['closePercent'],
    message: 'must be at most 100 together with lossPercent',
  });

const schema = z.object({ up: directionSchema, down: directionSchema, ttlMs: duration.optional() });

export interface FrameImpairment {
  /** The chance of each frame to disappear. */
  readonly lossPercent?: number;
  /** Frames stay in order. */
  readonly delayMs?: number;
  /** The chance of each frame to close its socket instead of arriving, as a proxy might do. */
  readonly closePercent?: number;
}

export interface FramesImpairment {
  readonly seed: number | string;
  /** From the page to the service. */
  readonly up?: FrameImpairment;
  /** From the service to the page. */
  readonly down?: FrameImpairment;
  /** Which sockets, as in `page.routeWebSocket`; all when absent. */
  readonly url?: Parameters<Page['routeWebSocket']>[0];
  /** Which frames may be impaired; all when absent, also those of Engine.IO: a lost handshake ends a socket. */
  readonly frames?: (frame: Frame) => boolean;
  readonly ttlMs?: number;
}

export interface AchievedFrames {
  readonly sockets: number;
  readonly up: AchievedDirection;
  readonly down: AchievedDirection;
}

export interface AchievedDirection {
  /** The frames that may be impaired. */
  readonly frames: number;
  readonly loss: AchievedLoss;
  readonly delayed: number;
  readonly meanDelayMs: number | null;
  readonly closes: number;
}

interface Seen {
  frames: number;
  lost: number;
  delayed: number;
  delayMs: number;
  closes: number;
}

const GOING_AWAY = 1001;

/**
 * Drops and delays frames of a page's WebSockets, or closes the sockets. Only sockets that are opened from now on are
 * impaired. After `undo`, frames pass, but still through Playwright: routing costs milliseconds per frame, so use it
 * for a few browser participants, never for a crowd.
 */
export async function impairFrames(
  target: Pick<Page, 'routeWebSocket'>,
  wanted: FramesImpairment,
): Promise<PageCondition<AchievedFrames>> {
  const { seed, up = {}, down = {}, url = /.*/, frames = () => true, ttlMs } = wanted;
  assertValid('Frames', schema, { up, down, ttlMs });
  const over = new AbortController();
  const opened = new Map<string, number>();
  const seen = { up: nothing(), down: nothing() };
  let sockets = 0;

  await target.routeWebSocket(url, (page: WebSocketRoute) => {
    sockets++;
    const service = page.connectToServer();
    const place = new URL(page.url()).pathname;
    const nth = opened.get(place) ?? 0;
    opened.set(place, nth + 1);
    const connect = (direction: 'up' | 'down', from: WebSocketRoute, to: WebSocketRoute) => {
      const { lossPercent = 0, delayMs = 0, closePercent = 0 } = { up, down }[direction];
      const counts = seen[direction];
      const random = seeded(seed, 'ws-frames', place, nth, direction);
      const line = new FrameLine((frame) => to.send(frame), over.signal);
      from.onMessage((frame) => {
        if (over.signal.aborted || !frames(frame)) return line.pass(frame);
        counts.frames++;
        const fate = random() * 100;
        if (fate < lossPercent) counts.lost++;
        else if (fate < lossPercent + closePercent) {
          counts.closes++;
          void closeBoth(page, service);
        } else if (delayMs === 0) line.pass(frame);
        else {
          line.pass(frame, delayMs, (tookMs) => {
            counts.delayed++;
            counts.delayMs += tookMs;
          });
        }
      });
      // What was sent before the end arrives before the end.
      from.onClose((code, reason) => line.end(() => close(to, { code, reason })));
    };
    connect('up', page, service);
    connect('down', service, page);
  });

  return inForce({
    layer: 'ws-frames',
    description: `WebSocket frames: up ${inWords(up)}; down ${inWords(down)}.`,
    ttlMs,
    achieved: () => ({ sockets, up: inNumbers(up, seen.up), down: inNumbers(down, seen.down) }),
    undo: async () => over.abort(),
  });
}

async function closeBoth(page: WebSocketRoute, service: WebSocketRoute): Promise<void> {
  await Promise.all([close(page, { code: GOING_AWAY }), close(service, {})]);
}

/** A browser may send only 1000 and 3000 to 4999; other codes reach the page, but not the service. */
async function close(side: WebSocketRoute, end: { code?: number | undefined; reason?: string | undefined }) {
  const { code, reason } = end;
  await side
    .close({ ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) })
    // The page may be gone, and the socket with it.
    .catch(() => undefined);
}

function nothing(): Seen {
  return { frames: 0, lost: 0, delayed: 0, delayMs: 0, closes: 0 };
}

function inNumbers({ lossPercent = 0 }: FrameImpairment, seen: Seen): AchievedDirection {
  const { frames, lost, delayed, delayMs, closes } = seen;
  const meanDelayMs = delayed === 0 ? null : delayMs / delayed;
  return { frames, loss: achievedLoss(lossPercent, lost, frames), delayed, meanDelayMs, closes };
}

function inWords({ lossPercent = 0, delayMs = 0, closePercent = 0 }: FrameImpairment): string {
  const closing = closePercent > 0 ? `, ${closePercent}% close the socket` : '';
  return `${lossPercent}% lost, ${delayMs} ms late${closing}`;
}
