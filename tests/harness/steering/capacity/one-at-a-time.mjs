// A service of known capacity, in a separate process: each call needs 5 ms of work, one call at a time, in the order of
// arrival. So it finishes 200 calls per second, whatever arrives. The work is time, not CPU: the end of each call is
// computed, so a busy machine changes no capacity. Argument: the ms of work.
import { createServer } from 'node:http';

const workMs = Number(process.argv[2] ?? 5);
const headers = { 'content-type': 'application/json', 'content-length': 2 };
/** When the last call in the queue will be finished. */
let freeAt = 0;

const server = createServer((request, response) => {
  const answer = () => response.writeHead(200, headers).end('{}');
  if (request.url === '/health') return answer();
  const now = performance.now();
  freeAt = Math.max(now, freeAt) + workMs;
  setTimeout(answer, freeAt - now);
});
server.keepAliveTimeout = 120_000;
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
