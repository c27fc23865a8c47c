// The service of the benchmarks: plain node:http in a process of its own, told over IPC how to answer.
import { createServer } from 'node:http';

const body = Buffer.from(
  JSON.stringify({ id: 'mtg-1', title: 'Weekly', status: 'active', participants: ['a', 'b', 'c'] }),
);
const headers = { 'content-type': 'application/json', 'content-length': body.length };

let delayMs = 0;
/** What each answer really took: a timer may be a millisecond late, and late by more on a busy machine. */
let actualMs = [];
/** Answers that wait for the end of a stall; undefined outside of one. */
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
// Connections of one benchmark stay for the next; a benchmark may take a minute in between.
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
