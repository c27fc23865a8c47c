import type { NetworkState } from './state.ts';

declare global {
  interface Window {
    /** For test tools. */
    meetingRoom?: {
      /**
       * What was measured of this tab's network last, what was reported of it and what was advised; undefined outside a
       * room. A copy that does not change: later figures are in a later one.
       */
      readonly network: () => Readonly<NetworkState> | undefined;
    };
  }
}

/** Lets test tools read what the page measured itself. */
export function exposeFigures(state: () => NetworkState | undefined) {
  const network = () => {
    const known = state();
    return known && deepFreeze(structuredClone(known));
  };
  Object.defineProperty(window, 'meetingRoom', { value: Object.freeze({ network }) });
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
