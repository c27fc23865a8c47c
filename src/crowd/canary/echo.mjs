// Answers the calls of a canary: after the time that the path names, in ms, with the instants at which it received the call
// and sent the answer. Both are in ms of CLOCK_MONOTONIC, the clock that all processes of a machine share. The first line
// of its output is its port. It ends with its standard input, which ends with the process that started it.
import { createServer } from 'node:http';

const now = () => Number(process.hrtime.bigint()) / 1e6;

const server = createServer((request, response) => {
  const receivedAt = now();
  const holdMs = Number(request.url.slice(1));
  setTimeout(() => {
    response.sendDate = false;
    response.end(`${receivedAt} ${now()}`);
  }, holdMs);
});
// Without an end to idle connections, and without the header that announces one.
server.keepAliveTimeout = 0;
// Not by console.log, which colours numbers where its environment asks for colours.
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

process.stdin.resume();
process.stdin.on('end', () => process.exit());
