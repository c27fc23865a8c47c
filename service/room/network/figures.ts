import type { NetworkState } from './state.ts';

declare global {
  interface Window {
    /** For test tools. */
    meetingRoom?: {
      /**
       * The latest measurement, report and advice of this tab's network; undefined outside a room. It is a frozen copy,
       * so call it again for later figures.
       */
      readonly network: () => Readonly<NetworkState> | undefined;
    };
  }
}

/** Lets test tools read the measurements of the page. */
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
