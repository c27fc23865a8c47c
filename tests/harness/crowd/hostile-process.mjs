// Attacks the ports in its arguments until its stdin ends, with many silent connections and with endless lines, headers and
// bodies. Opens each closed connection again. Prints the number of sent bytes ten times a second.
import { connect } from 'node:net';

const SILENT = 300;
const POURING = 3;
const piece = Buffer.alloc(65_536, 'x');
const beginnings = [
  '',
  '{"type":"hello","token":"',
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ',
  'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n',
  '\u0005\u00ff',
];
let bytes = 0;

function pour(port, beginning) {
  const socket = connect(port, '127.0.0.1');
  const write = () => {
    while (!socket.destroyed && socket.write(piece)) bytes += piece.length;
  };
  socket.on('connect', () => socket.write(beginning, 'latin1', write)).on('drain', write);
  again(socket, () => pour(port, beginning));
}

function waitSilently(port) {
  again(connect(port, '127.0.0.1'), () => waitSilently(port));
}

function again(socket, open) {
  socket.on('error', () => undefined).resume();
  socket.on('close', () => setTimeout(open, 20));
}

for (const port of process.argv.slice(2).map(Number)) {
  for (let count = 0; count < SILENT; count += 1) waitSilently(port);
  for (const beginning of beginnings) for (let count = 0; count < POURING; count += 1) pour(port, beginning);
}
setInterval(() => process.stdout.write(`${bytes}\n`), 100);
process.stdin.resume().on('end', () => process.exit());
