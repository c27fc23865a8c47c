// The viewers of a run, in a separate process, which start and stop on IPC messages:
// some read everything at once, some request and never read, one scrapes the metrics every second.
import { get } from 'node:http';
import { connect } from 'node:net';

let open = [];
let scraping;
let frames = 0;
let scrapes = 0;

function fast(url) {
  const request = get(`${url}/events`, { agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (text) => {
      frames += text.split('\ndata: ').length - 1;
    });
    response.on('error', () => undefined); // closed at the end of the round
  });
  request.on('error', () => undefined);
  return () => request.destroy();
}

function slow(url) {
  const { port, host } = new URL(url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return () => socket.destroy();
}

async function scrape(url) {
  const response = await fetch(`${url}/metrics`);
  await response.text();
  scrapes += 1;
}

process.on('message', ({ url, readers = 0, sleepers = 0 }) => {
  for (const close of open) close();
  clearInterval(scraping);
  open = [
    ...Array.from({ length: readers }, () => fast(url)),
    ...Array.from({ length: sleepers }, () => slow(url)),
  ];
  if (readers > 0) scraping = setInterval(() => scrape(url).catch(() => undefined), 1000);
  process.send({ frames, scrapes });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
