// The service of the benchmarks: plain node:http in a separate process. IPC messages set its answers.
import { createServer } from 'node:http';

const body = Buffer.from(
  JSON.stringify({ id: 'mtg-1', title: 'Weekly', status: 'active', participants: ['a', 'b', 'c'] }),
);
const headers = { 'content-type': 'application/json', 'content-length': body.length };

let delayMs = 0;
/** The real duration of each answer: a timer may be a millisecond late, and later on a busy machine. */
let actualMs = [];
/** Answers that wait for the end of a stall; undefined without a stall. */
let held;

const server = createServer((_request, response) => {
  const arrivedAt = performance.now();
  const answer = () => {
    response.writeHead(200, headers);
    response.end(body);
    if (delayMs > 0) actualMs.push(performance.now() - arrivedAt);
  };
  if (held) held.push(answer);
  else if (delayMs > 0) setTimeout(answer, delayMs);
  else answer();
});
// Connections stay open for the next benchmark, which may come a minute later.
server.keepAliveTimeout = 120_000;

process.on('message', (message) => {
  if (message.delayMs !== undefined) {
    delayMs = message.delayMs;
    actualMs = [];
  }
  if (message.stallMs !== undefined) {
    held = [];
    setTimeout(() => {
      const answers = held;
      held = undefined;
      for (const answer of answers) answer();
    }, message.stallMs);
  }
  process.send({ done: message.id, actualMs: message.report ? actualMs : undefined });
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
