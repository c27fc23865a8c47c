import type { Page, WebSocketRoute } from '@playwright/test';
import { z } from 'zod';
import { seeded } from '../../kernel/random.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { assertValid, duration, percent } from '../settings.ts';
import { type Frame, FrameLine } from './frame-line.ts';
import { inForce, type PageCondition } from './page-condition.ts';

const directionSchema = z
  .strictObject({
    /** The probability that a frame disappears. */
    lossPercent: percent,
    /** The delay of each frame; frames stay in order. */
    delayMs: duration,
    /** The probability that a frame closes its socket instead of arriving, as a proxy might do. */
    closePercent: percent,
  })
  .partial()
  .refine(({ lossPercent = 0, closePercent = 0 }) => lossPercent + closePercent <= 100, {
    path: ['closePercent'],
    message: 'must be at most 100 together with lossPercent',
  });

const schema = z.object({ up: directionSchema, down: directionSchema, ttlMs: duration.optional() });

type FrameImpairment = Readonly<z.infer<typeof directionSchema>>;

/** What happens to WebSocket frames of a page. */
export interface FramesImpairment {
  /** The same seed loses the same frames. */
  readonly seed: number | string;
  /** From the page to the service. */
  readonly up?: FrameImpairment;
  /** From the service to the page. */
  readonly down?: FrameImpairment;
  /** The sockets to impair, as in `page.routeWebSocket`; all when absent. */
  readonly url?: Parameters<Page['routeWebSocket']>[0];
  /** Whether a frame may be impaired; all when absent, also frames of Engine.IO: a lost handshake ends a socket. */
  readonly frames?: (frame: Frame) => boolean;
  /** The condition ends after this time; without it, at the end of the test. */
  readonly ttlMs?: number;
}

/** The measured effect on frames. */
export interface AchievedFrames {
  /** Sockets that were opened under the condition. */
  readonly sockets: number;
  /** From the page to the service. */
  readonly up: AchievedDirection;
  /** From the service to the page. */
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

const GOING_AWAY = 1001;

/**
 * Drops and delays frames of a page's WebSockets, or closes the sockets. It impairs only sockets that are opened from now
 * on. After `undo`, frames still pass through Playwright, which costs milliseconds per frame: use it for a few browser
 * participants, never for a crowd.
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
          void close(page, { code: GOING_AWAY });
          void close(service, {});
        } else if (delayMs === 0) line.pass(frame);
        else {
          line.pass(frame, delayMs, (tookMs) => {
            counts.delayed++;
            counts.delayMs += tookMs;
          });
        }
      });
      // Frames that were sent before the close arrive before it.
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

/** A browser may send only 1000 and 3000 to 4999; other codes reach the page, but not the service. */
async function close(side: WebSocketRoute, end: { code?: number | undefined; reason?: string | undefined }) {
  const { code, reason } = end;
  await side
    .close({ ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) })
    // The page may have closed, and the socket with it.
    .catch(() => undefined);
}

function nothing() {
  return { frames: 0, lost: 0, delayed: 0, delayMs: 0, closes: 0 };
}

function inNumbers(
  { lossPercent = 0 }: FrameImpairment,
  seen: ReturnType<typeof nothing>,
): AchievedDirection {
  const { frames, lost, delayed, delayMs, closes } = seen;
  const meanDelayMs = delayed === 0 ? null : delayMs / delayed;
  return { frames, loss: achievedLoss(lossPercent, lost, frames), delayed, meanDelayMs, closes };
}

function inWords({ lossPercent = 0, delayMs = 0, closePercent = 0 }: FrameImpairment): string {
  const closing = closePercent > 0 ? `, ${closePercent}% close the socket` : '';
  return `${lossPercent}% lost, ${delayMs} ms late${closing}`;
}
