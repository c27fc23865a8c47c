import { jsonIn } from '../../kernel/json.ts';
import type { SocketListener } from './room-socket.ts';

export interface HeardEvent {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** Names that Socket.IO reserves; its parser rejects them. */
export const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

interface Known extends HeardEvent {
  readonly text: string;
}

/**
 * The last decoded event of this process. A room with many participants in this process sends the same text to each of
 * them within a short time; longer texts are not kept.
 */
const recent: (Known | undefined)[] = [undefined, undefined, undefined, undefined];
const LONGEST_KEPT = 4096;
let oldest = 0;

const QUOTE = 34;

/**
 * The event in a packet of Socket.IO, whose values begin at `from`: `["name", …]`. The name is checked before anything
 * is decoded. Values may be shared with other participants: treat them as read-only.
 * @param wanted decides which names are decoded; without it, all are
 */
export function decodedEvent(
  text: string,
  from: number,
  wanted: Pick<SocketListener, 'hears'> | undefined,
): HeardEvent | 'unheard' | 'invalid' {
  for (const known of recent) if (known !== undefined && known.text === text) return known;
  if (wanted && text.charCodeAt(from + 1) === QUOTE) {
    const name = text.slice(from + 2, text.indexOf('"', from + 2));
    if (!name.includes('\\') && !RESERVED.has(name) && !wanted.hears(name)) return 'unheard';
  }
  const all = jsonIn(text.slice(from));
  if (!Array.isArray(all)) return 'invalid';
  const [name, ...values] = all as unknown[];
  if (typeof name !== 'number' && (typeof name !== 'string' || RESERVED.has(name))) return 'invalid';
  const event = { text, name: name as string, values };
  if (text.length <= LONGEST_KEPT) {
    recent[oldest] = event;
    oldest = (oldest + 1) % recent.length;
  }
  return event;
}
