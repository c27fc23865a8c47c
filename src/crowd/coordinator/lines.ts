import type { Socket } from 'node:net';

/** Sends one JSON document as one line. */
export function sendLine(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/**
 * Calls `receive` with each JSON object that arrives, in chunks of any size. Ends a connection that sends anything
 * else, sends a line of more than `mostCharacters()` (called for each chunk), or makes `receive` throw.
 */
export function onLine<Message extends object>(
  socket: Socket,
  receive: (message: Message) => void,
  mostCharacters: () => number = () => Number.POSITIVE_INFINITY,
): void {
  let pieces: string[] = [];
  let length = 0;
  const keep = (piece: string) => {
    length += piece.length;
    if (length > mostCharacters()) throw new RangeError('the line is too long');
    pieces.push(piece);
  };
  const end = () => {
    const line = pieces.join('');
    pieces = [];
    length = 0;
    const message: unknown = JSON.parse(line);
    if (typeof message !== 'object' || message === null) throw new TypeError('not a JSON object');
    receive(message as Message);
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    let from = 0;
    try {
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
        keep(text.slice(from, at));
        from = at + 1;
        end();
        if (socket.destroyed) return;
      }
      if (from < text.length) keep(text.slice(from));
    } catch (error) {
      pieces = [];
      socket.destroy(error as Error);
    }
  });
}
