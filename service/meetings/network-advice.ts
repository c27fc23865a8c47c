import type { NetworkAdvice, NetworkReport } from './schemas.ts';

/** The bitrate that a connection of the reported quality can carry, in kbps. */
const BITRATE_KBPS: Record<NetworkReport['quality'], number> = {
  excellent: 2000,
  good: 1000,
  poor: 500,
  bad: 200,
  very_bad: 100,
  down: 0,
};

const PERFECT: NetworkReport = {
  quality: 'excellent',
  rtt: 0,
  packetLoss: 0,
  bandwidth: Number.POSITIVE_INFINITY,
};

/** The advice for a network report. The default report needs no change. */
export function adviseOnNetwork({
  quality,
  rtt,
  packetLoss,
  bandwidth,
}: NetworkReport = PERFECT): NetworkAdvice {
  const isPoorOrWorse = quality !== 'excellent' && quality !== 'good';
  const enableAudioPriority = isPoorOrWorse || packetLoss > 5 || rtt > 500 || bandwidth < 100;
  const packetLossAcceptable = packetLoss <= 70;
  return {
    enableAudioPriority,
    recommendedBitrate: BITRATE_KBPS[quality],
    packetLossAcceptable,
    actions: [
      ...(enableAudioPriority ? ['prioritize_audio'] : []),
      ...(isPoorOrWorse ? ['reduce_video_quality'] : []),
      ...(quality === 'very_bad' || quality === 'down' ? ['disable_video'] : []),
      ...(quality === 'down' || !packetLossAcceptable ? ['reconnect'] : []),
    ],
  };
}
