import type { Sample } from './line.ts';

type Stat = {
  type: string;
  nominated?: boolean;
  kind?: string;
  packetsReceived?: number;
  packetsLost?: number;
  bytesSent?: number;
  headerBytesSent?: number;
  /** In seconds, like all times of WebRTC statistics. */
  jitter?: number;
  currentRoundTripTime?: number;
  availableOutgoingBitrate?: number;
  fractionLost?: number;
  timestamp: number;
};

/** Reads the counts of a media connection. */
export async function readSample(connection: RTCPeerConnection): Promise<Sample> {
  const sample: Sample = {
    atMs: performance.timeOrigin + performance.now(),
    isExpecting: connection
      .getTransceivers()
      .some(({ currentDirection }) => currentDirection === 'sendrecv' || currentDirection === 'recvonly'),
    received: 0,
    lost: 0,
    sentBytes: 0,
    jitterMs: undefined,
    rttMs: undefined,
    availableKbps: undefined,
    lossUp: undefined,
  };
  const stats = (await connection.getStats()) as unknown as ReadonlyMap<string, Stat>;
  for (const stat of stats.values()) add(sample, stat);
  return sample;
}

function add(sample: Sample, stat: Stat) {
  switch (stat.type) {
    case 'inbound-rtp':
      sample.received += stat.packetsReceived ?? 0;
      sample.lost += stat.packetsLost ?? 0;
      sample.jitterMs = inMs(stat.jitter);
      break;
    case 'outbound-rtp':
      sample.sentBytes += (stat.bytesSent ?? 0) + (stat.headerBytesSent ?? 0);
      break;
    case 'remote-inbound-rtp':
      if (stat.fractionLost !== undefined) {
        sample.lossUp = { percent: stat.fractionLost * 100, atMs: stat.timestamp };
      }
      break;
    case 'candidate-pair':
      if (!stat.nominated) break;
      // WebRTC measures this with its own messages, so it is also known for users who only listen.
      sample.rttMs = inMs(stat.currentRoundTripTime);
      sample.availableKbps =
        stat.availableOutgoingBitrate === undefined ? undefined : stat.availableOutgoingBitrate / 1000;
      break;
  }
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
