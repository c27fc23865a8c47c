// A separate thread: a blocked main thread also blocks its timers and its standard error.
import { writeSync } from 'node:fs';
import { workerData as limitMs, parentPort } from 'node:worker_threads';

let timer;

parentPort.on('message', (input) => {
  clearTimeout(timer);
  if (input !== null) timer = setTimeout(end, limitMs, input);
});
parentPort.postMessage('ready');

function end(input) {
  writeSync(2, `This case kept the processor for more than ${limitMs} ms, and was ended: ${input}\n`);
  process.kill(process.pid, 'SIGKILL');
}
