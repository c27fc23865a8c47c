import type { AudioState } from '../audio/audio.ts';
import { counted } from '../words.ts';
import { element, label, show } from './elements.ts';

/** Shows the state of the audio in words, and its buttons. */
export function showAudio(state: AudioState) {
  show(element('audio'), inSentences(state));
  const [audio, mute] = ['audio-button', 'mute-button'].map((id) => element(id, HTMLButtonElement));
  label(audio!, state.kind === 'off' ? 'Join audio' : 'Leave audio');
  const canSpeak = state.kind === 'on' && !state.listensOnly;
  // Without sound to mute, the button keeps its place, so that the others do not move.
  mute!.setAttribute('aria-disabled', String(!canSpeak));
  label(mute!, canSpeak && state.isMuted ? 'Unmute' : 'Mute');
  mute!.classList.toggle('is-on', canSpeak && state.isMuted);
}

function inSentences(state: AudioState): string {
  if (state.kind === 'off') return state.why ?? 'Off.';
  if (state.kind === 'joining') return 'Joining…';
  const { connected, connecting, listensOnly, isMuted } = state;
  const people = (count: number) => counted(count, 'person', 'people');
  const others =
    connected.length + connecting.length === 0
      ? 'No other user has audio.'
      : connecting.length === 0
        ? `Connected with ${people(connected.length)}.`
        : `Connected with ${connected.length} of ${people(connected.length + connecting.length)}.`;
  if (listensOnly) return `${others} You only listen: ${listensOnly}`;
  return isMuted ? `${others} You are muted.` : others;
}
