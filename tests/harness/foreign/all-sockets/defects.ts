import type { TellOthers } from './rooms.ts';

/** What other peers hear is sent twice, except that someone has gone. */
export function twice(tell: TellOthers): TellOthers {
  return (from, room, event, content) => {
    tell(from, room, event, content);
    if (event !== 'peer-out') tell(from, room, event, content);
  };
}

/** Every second peer goes without a word to the others. */
export function silentlyGone(tell: TellOthers): TellOthers {
  let gone = 0;
  return (from, room, event, content) => {
    if (event === 'peer-out' && ++gone % 2 === 1) return;
    tell(from, room, event, content);
  };
}
