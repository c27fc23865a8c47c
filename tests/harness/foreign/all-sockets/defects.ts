import type { TellOthers } from './rooms.ts';

/** Sends every event twice, except peer-out. */
export function twice(tell: TellOthers): TellOthers {
  return (from, room, event, content) => {
    tell(from, room, event, content);
    if (event !== 'peer-out') tell(from, room, event, content);
  };
}

/** Sends no event for every second peer that leaves. */
export function silentlyGone(tell: TellOthers): TellOthers {
  let gone = 0;
  return (from, room, event, content) => {
    if (event === 'peer-out' && ++gone % 2 === 1) return;
    tell(from, room, event, content);
  };
}
