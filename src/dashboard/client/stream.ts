import type { Frame } from '../frame.ts';

/** Frames arrive every second: after this time without a frame, the shown figures are outdated. */
const STALE_AFTER_MS = 4000;

/** `over`: the run is over, and its dashboard is still there; `closed`: it is not. */
export type LinkState = 'live' | 'waiting' | 'stale' | 'over' | 'closed';

/**
 * Receives the frames of the run, and reconnects after a lost connection. The connection stays open after the end of the
 * run: the dashboard is there while a tab is connected.
 */
export function follow(onFrame: (frame: Frame) => void, onState: (state: LinkState) => void): void {
  const source = new EventSource('/events');
  let watch: number | undefined;
  let isOver = false;
  source.onmessage = ({ data }) => {
    clearTimeout(watch);
    const frame = JSON.parse(data as string) as Frame;
    isOver = frame.end !== null;
    if (isOver) {
      onState('over');
    } else {
      watch = setTimeout(() => onState('stale'), STALE_AFTER_MS);
      onState('live');
    }
    onFrame(frame);
  };
  source.onerror = () => {
    clearTimeout(watch);
    if (isOver) {
      source.close();
      onState('closed');
      return;
    }
    onState(source.readyState === EventSource.CLOSED ? 'stale' : 'waiting');
  };
}
