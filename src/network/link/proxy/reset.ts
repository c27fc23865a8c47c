import type { Socket } from 'node:net';

/** Ends a connection by RST. What was written and not yet sent is gone. */
export function reset(socket: Socket): void {
  // While the end of a stream is on its way, libuv refuses to reset it.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (isEnding || socket.pending) socket.destroy();
  else socket.resetAndDestroy();
}
