import type { Socket } from 'node:net';

/** Sends one JSON document as one line. */
export function sendLine(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls `receive` with each JSON document that arrives, whatever pieces it arrives in. */
export function onLine<Message>(socket: Socket, receive: (message: Message) => void): void {
  let pieces: string[] = [];
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      pieces.push(text.slice(from, end));
      const line = pieces.join('');
      pieces = [];
      from = end + 1;
      receive(JSON.parse(line) as Message);
    }
    if (from < text.length) pieces.push(text.slice(from));
  });
}
