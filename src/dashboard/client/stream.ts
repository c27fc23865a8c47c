import type { Frame } from '../frame.ts';

/** Frames arrive every second: after this time without a frame, the shown figures are outdated. */
const STALE_AFTER_MS = 4000;

export type LinkState = 'live' | 'waiting' | 'stale' | 'over';

/** Receives the frames of the run until its end, and reconnects after a lost connection. */
export function follow(onFrame: (frame: Frame) => void, onState: (state: LinkState) => void): void {
  const source = new EventSource('/events');
  let watch: number | undefined;
  source.onmessage = ({ data }) => {
    clearTimeout(watch);
    const frame = JSON.parse(data as string) as Frame;
    if (frame.end) {
      source.close();
      onState('over');
    } else {
      watch = setTimeout(() => onState('stale'), STALE_AFTER_MS);
      onState('live');
    }
    onFrame(frame);
  };
  source.onerror = () => {
    clearTimeout(watch);
    onState(source.readyState === EventSource.CLOSED ? 'stale' : 'waiting');
  };
}
