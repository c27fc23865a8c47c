import type { CDPSession, Page } from '@playwright/test';
import { z } from 'zod';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { assertValid, duration, percent as percentRule } from '../settings.ts';
import { inForce, type PageCondition } from './page-condition.ts';
import { PageNetwork, type ThrottlingCall } from './page-network.ts';

/** How many packets of WebRTC are lost. */
export interface WebRtcLoss {
  /** The percentage of packets that is lost each way. */
  readonly percent: number;
  /** The condition ends after this time; without it, at the end of the test. */
  readonly ttlMs?: number;
}

const schema = z.object({ percent: percentRule, ttlMs: duration.optional() });

/** The measured loss of packets. */
export interface AchievedWebRtc {
  /** The call that the browser supports. */
  readonly call: ThrottlingCall;
  /** The loss of audio and video packets to the page, by its statistics. Only the peer knows the other direction. */
  readonly loss: AchievedLoss;
  /** Connections of the page. */
  readonly connections: number;
}

/**
 * Prepares WebRTC of this page for impairments, and changes nothing else. Chromium reads the conditions when a connection
 * creates its sockets: it never impairs a connection that was opened without conditions, or lost them for a moment. So arm
 * a page before it connects, and keep it armed.
 */
export async function armWebRtc(page: Page): Promise<PageCondition<{ call: ThrottlingCall }>> {
  const { call, remove } = await PageNetwork.add(page, { conditions: {} });
  return inForce({
    layer: 'webrtc',
    description: 'WebRTC: can be impaired.',
    achieved: () => ({ call }),
    undo: remove,
  });
}

/** Loses WebRTC packets of a page each way. Chromium decides which packets, so no seed repeats them. See `armWebRtc`. */
export async function loseWebRtcPackets(
  page: Page,
  { percent, ttlMs }: WebRtcLoss,
): Promise<PageCondition<AchievedWebRtc>> {
  assertValid('WebRTC', schema, { percent, ttlMs });
  const { call, session, remove } = await PageNetwork.add(page, {
    conditions: { packetLossPercent: percent },
  });
  const before = new Map((await inboundStreams(session)).map((stream) => [stream.id, stream]));
  let last: AchievedWebRtc = { call, connections: 0, loss: achievedLoss(percent, 0, 0) };
  let isUndone = false;

  const read = async () => {
    if (isUndone || page.isClosed()) return last;
    const streams = await inboundStreams(session);
    let [lost, received] = [0, 0];
    for (const stream of streams) {
      const earlier = before.get(stream.id);
      lost += stream.lost - (earlier?.lost ?? 0);
      received += stream.received - (earlier?.received ?? 0);
    }
    const connections = new Set(streams.map(({ connection }) => connection)).size;
    // The browser subtracts late packets that it counted as lost, so the sum may be negative.
    lost = Math.max(0, lost);
    last = { call, connections, loss: achievedLoss(percent, lost, lost + received) };
    return last;
  };

  return inForce({
    layer: 'webrtc',
    description: `WebRTC: ${percent}% of packets lost each way.`,
    ttlMs,
    achieved: read,
    async undo() {
      try {
        await read();
      } catch (error) {
        if (!page.isClosed() && !/closed|destroyed/i.test((error as Error).message)) throw error;
      } finally {
        isUndone = true;
        await remove();
      }
    },
  });
}

interface Stream {
  readonly connection: number;
  readonly id: string;
  readonly lost: number;
  readonly received: number;
}

const READ_STREAMS = `async function () {
  const streams = [];
  for (const [connection, peer] of this.entries()) {
    for (const stat of (await peer.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue;
      const id = stat.ssrc + ' ' + stat.id;
      streams.push({ connection, id, lost: stat.packetsLost ?? 0, received: stat.packetsReceived ?? 0 });
    }
  }
  return streams;
}`;

/** The streams of all connections of the page. They are read from its heap, so the page needs no script. */
async function inboundStreams(session: CDPSession): Promise<Stream[]> {
  const objectGroup = 'fullhouse-webrtc';
  const expression = 'RTCPeerConnection.prototype';
  const { result } = await session.send('Runtime.evaluate', { expression, objectGroup });
  if (result.objectId === undefined) return [];
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
    objectGroup,
  });
  const read = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    functionDeclaration: READ_STREAMS,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return read.exceptionDetails ? [] : read.result.value;
}
