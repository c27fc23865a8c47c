/** Full-band speech of one voice; more is for music. (RFC 7587, 3.1.1) */
const MOST_KBPS = 40;
/** Opus is understood down to here; below it, what is saved is not worth what is lost. */
const LEAST_KBPS = 12;

/**
 * Keeps one sound within its share of what the line carries. A sender that is not negotiated yet has nothing to limit.
 */
export function limitBitrate(connection: RTCPeerConnection, shareKbps: number) {
  const maxBitrate = Math.round(Math.min(MOST_KBPS, Math.max(LEAST_KBPS, shareKbps)) * 1000);
  for (const sender of connection.getSenders()) {
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings ?? [];
    if (!encoding || encoding.maxBitrate === maxBitrate) continue;
    encoding.maxBitrate = maxBitrate;
    // Between the two, the connection may have been closed or negotiated again.
    sender.setParameters(parameters).catch(() => undefined);
  }
}
