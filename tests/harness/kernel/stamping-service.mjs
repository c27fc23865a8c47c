// Answers each line with two timestamps of the clock that all processes of the machine share: received, and sent after the
// milliseconds in the line. Each line gets its own answer. Ends with its parent.
import { createServer } from 'node:net';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    const received = now();
    for (const line of data.toString().trim().split('\n')) {
      setTimeout(() => socket.write(`${JSON.stringify({ received, sent: now() })}\n`), Number(line));
    }
  });
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit());
