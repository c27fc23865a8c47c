/** The bitrate for full-band speech. Only music needs more (RFC 7587, 3.1.1). */
const MOST_KBPS = 40;
/** At this bitrate, listeners still understand speech in Opus. */
const LEAST_KBPS = 12;

/**
 * Limits the bitrate of one connection. A sender before its negotiation has nothing to limit.
 */
export function limitBitrate(connection: RTCPeerConnection, shareKbps: number) {
  const maxBitrate = Math.round(Math.min(MOST_KBPS, Math.max(LEAST_KBPS, shareKbps)) * 1000);
  for (const sender of connection.getSenders()) {
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings ?? [];
    if (!encoding || encoding.maxBitrate === maxBitrate) continue;
    encoding.maxBitrate = maxBitrate;
    // The connection may have closed or negotiated again since `getParameters`.
    sender.setParameters(parameters).catch(() => undefined);
  }
}
