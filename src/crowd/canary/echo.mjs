// Answers each call of a canary after the time in the path, in ms, with the instants at which it received the call and
// sent the answer. Both are in ms of CLOCK_MONOTONIC, the clock that all processes of a machine share. The
// first line of its output is its port and the secret first part of every path. It ends with its standard input, which
// ends with the process that started it.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const key = randomBytes(16).toString('hex');
const PATH = new RegExp(`^/${key}/(\\d{1,4})$`);

// Any process of the machine can connect. One that does not know the key gets no answer, little memory and little time.
const limits = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 4096,
};
const server = createServer(limits, (request, response) => {
  const receivedAt = now();
  const holdMs = PATH.exec(request.url)?.[1];
  if (holdMs === undefined) {
    request.socket.destroy();
    return;
  }
  setTimeout(() => {
    response.sendDate = false;
    response.end(`${receivedAt} ${now()}`);
  }, Number(holdMs));
});
// Idle connections stay open, and no header announces an end.
server.keepAliveTimeout = 0;
// console.log would colour the number if the environment asks for colours.
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}/${key}\n`));

// The owner handles a signal to the whole process group and decides when the echo ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.on('end', () => process.exit());
