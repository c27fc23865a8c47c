// The other end of the link's benchmark: plain sockets in a separate process. The first byte of a connection selects its
// action.
import { createServer } from 'node:net';

const PIECE = Buffer.alloc(256 * 1024, 'x');

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first) => {
    switch (String.fromCharCode(first[0])) {
      // Sends as fast as the other end reads.
      case 'f': {
        const fill = () => {
          while (socket.writable && socket.write(PIECE));
        };
        socket.on('drain', fill);
        fill();
        break;
      }
      // Reads as fast as the other end sends.
      case 't':
        socket.resume();
        break;
      // Echoes all bytes.
      default:
        socket.on('data', (chunk) => socket.write(chunk));
        socket.write(first);
    }
  });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
