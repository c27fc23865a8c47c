import type { Quality } from '../network/level.ts';
import type { NetworkState } from '../network/state.ts';
import { counted } from '../words.ts';
import { element, show } from './elements.ts';

const QUALITIES: Record<Quality, string> = {
  excellent: 'Excellent',
  good: 'Good',
  poor: 'Poor',
  bad: 'Bad',
  very_bad: 'Very bad',
  down: 'Down',
};

/** The actions of the contract. */
const ACTIONS: Record<string, string> = {
  prioritize_audio: 'prefer audio',
  reduce_video_quality: 'reduce video',
  disable_video: 'stop video',
  reconnect: 'join the audio again',
};

/** Shows the network figures of this tab and the advice of the service. */
export function showNetwork(state: NetworkState | undefined) {
  const quality = element('quality');
  show(quality, state ? QUALITIES[state.quality] : 'Not measured yet');
  quality.dataset.quality = state?.quality ?? '';
  show(element('round-trip'), milliseconds(state?.rttMs));
  show(element('loss'), state?.lossPercent === undefined ? 'unknown' : `${state.lossPercent.toFixed(1)}%`);
  show(element('jitter'), milliseconds(state?.jitterMs));
  show(element('bitrate'), state?.advice ? `${state.advice.recommendedBitrate} kbps` : 'unknown');
  show(element('network-source'), state ? source(state) : 'The first measurement takes a moment.');
  const advised = audioOnly(state);
  show(element('audio-only-reason'), advised);
  element('audio-only').hidden = advised === undefined;
}

function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return 'unknown';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function source({ source, lines }: NetworkState): string {
  return source === 'media'
    ? `Measured on the sound of ${counted(lines, 'person', 'people')}.`
    : 'Measured on the answers of the service. Loss is only measured with audio.';
}

/** The text of the banner if the service advises to prefer audio. */
function audioOnly(state: NetworkState | undefined): string | undefined {
  const { advice, report } = state ?? {};
  if (!advice?.enableAudioPriority || !report) return undefined;
  const figures = `${report.packetLoss.toFixed(0)}% packet loss, ${milliseconds(report.rtt)} round trip`;
  const tooMuch = advice.packetLossAcceptable ? '' : ' That is too much for a conversation.';
  const actions = advice.actions.flatMap((action) => ACTIONS[action] ?? []).join(', ');
  return `Your connection is ${QUALITIES[report.quality].toLowerCase()}: ${figures}.${tooMuch} The service advises: ${actions}.`;
}
