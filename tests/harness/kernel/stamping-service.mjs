// Answers each line with two stamps of the clock that all processes of the machine share: received, and sent after the
// milliseconds that the line asks for. Lines that come together are answered one by one. Ends with its parent.
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
