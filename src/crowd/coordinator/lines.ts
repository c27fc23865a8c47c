import type { Socket } from 'node:net';

/** Sends one JSON document as one line. */
export function sendLine(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/**
 * Calls `receive` with each JSON object that arrives, whatever pieces it arrives in. Whoever sends anything else, or
 * something that `receive` chokes on, loses the connection and nothing more.
 */
export function onLine<Message extends object>(socket: Socket, receive: (message: Message) => void): void {
  let pieces: string[] = [];
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      pieces.push(text.slice(from, end));
      const line = pieces.join('');
      pieces = [];
      from = end + 1;
      try {
        const message: unknown = JSON.parse(line);
        if (typeof message !== 'object' || message === null) throw new TypeError('not a JSON object');
        receive(message as Message);
      } catch (error) {
        socket.destroy(error as Error);
      }
      if (socket.destroyed) return;
    }
    if (from < text.length) pieces.push(text.slice(from));
  });
}
