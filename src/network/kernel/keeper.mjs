/**
 * Holds a path to the service that packets can be lost on, for exactly as long as another process lives. That process
 * holds the other end of this one's stdin; however it ends, SIGKILL included, the pipe closes and everything goes.
 *
 *   participants ── veth ── the line ── veth ── the far end ── this process ── the service on loopback
 *   (host)                  (forwards,          (a TCP stack
 *                            loses packets)      of its own)
 *
 * Both namespaces are nameless: the kernel removes each, with its interfaces and rules, when the process that it was made
 * for ends. These end with this one, so nothing can be left behind even when this one is killed.
 * The far end's listener is made inside, and handed out to this process, which can reach the service.
 *
 * stdin: lines of JSON. First { serviceHost, servicePort, id, hostAddress, lineAddresses, farAddress, ruleset }, then
 * requests { id, …}: { ruleset }, { counters: true }, { delaysMs }, { retransmitted: true }.
 * stdout: lines of JSON, first { port } when the path is open or { error }, then one { id, answer } or { id, error } each.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

process.title = 'fullhouse-kernel-keeper';

const FAR_END = fileURLToPath(new URL('./far-end.mjs', import.meta.url));
/** @type {import('node:child_process').ChildProcess[]} */
const holders = [];
let hostLink;
/** Links of the line that have a netem queue. */
const delayed = new Set();
let isOpen = false;
let ending = false;

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void end(0));
// Nobody left to read: the end of stdin says so as well.
process.stdout.on('error', () => void end(0));

const lines = createInterface({ input: process.stdin });
lines.on('close', () => void end(0));
lines.once('line', async (line) => {
  try {
    const path = await open(JSON.parse(line));
    isOpen = true;
    lines.on('line', (request) => void answer(path, JSON.parse(request)));
    report({ port: path.port });
  } catch (error) {
    report({ error: error.message });
    await end(1);
  }
});

async function open({ serviceHost, servicePort, id, hostAddress, lineAddresses, farAddress, ruleset }) {
  const names = { host: `fh${id}h`, near: 'near', away: 'away', far: 'far' };
  const line = await holdLine();
  const far = await holdFarEnd();
  const inLine = (program, args, input) =>
    run('nsenter', [`--net=/proc/${line.pid}/ns/net`, program, ...args], input);
  const inFar = (program, args) => run('nsenter', [`--net=/proc/${far.pid}/ns/net`, program, ...args]);

  hostLink = names.host;
  await run('ip', [
    'link',
    'add',
    names.host,
    'type',
    'veth',
    'peer',
    'name',
    names.near,
    'netns',
    `${line.pid}`,
  ]);
  await inLine('ip', [
    'link',
    'add',
    names.away,
    'type',
    'veth',
    'peer',
    'name',
    names.far,
    'netns',
    `${far.pid}`,
  ]);
  await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', names.host]);
  await inLine('ip', ['address', 'add', `${lineAddresses[0]}/30`, 'dev', names.near]);
  await inLine('ip', ['address', 'add', `${lineAddresses[1]}/30`, 'dev', names.away]);
  await inFar('ip', ['address', 'add', `${farAddress}/30`, 'dev', names.far]);
  // One segment a packet, as on a wire: otherwise dozens travel, and are lost, as one.
  const up = ['mtu', '1500', 'gso_max_segs', '1', 'up'];
  await run('ip', ['link', 'set', names.host, ...up]);
  await inLine('ip', ['link', 'set', names.near, ...up]);
  await inLine('ip', ['link', 'set', names.away, ...up]);
  await inFar('ip', ['link', 'set', names.far, ...up]);
  await inLine('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  await run('ip', ['route', 'add', `${farAddress}/32`, 'via', lineAddresses[0], 'dev', names.host]);
  await inFar('ip', ['route', 'add', 'default', 'via', lineAddresses[1]]);
  await inLine('nft', ['-f', '-'], ruleset);

  const server = await listener(far, farAddress);
  server.allowHalfOpen = true;
  server.on('connection', (socket) => forward(socket, serviceHost, servicePort));
  return { port: server.address().port, inLine, inFar, names };
}

/** A process that does nothing but be in a namespace: it ends when its stdin does, and so with this one. */
async function holdLine() {
  const child = inNamespace(['cat'], ['pipe', 'pipe', 'pipe']);
  child.stdin.write('\n');
  await firstOf(child, once(child.stdout, 'data'));
  return child;
}

async function holdFarEnd() {
  const child = inNamespace([process.execPath, FAR_END], ['ignore', 'ignore', 'pipe', 'ipc']);
  await firstOf(child, once(child, 'message'));
  return child;
}

/** Starts a program in a namespace of its own, which lasts for as long as the program. */
function inNamespace(command, stdio) {
  const program = 'unshare';
  const child = spawn(program, ['--net', ...command], { stdio });
  holders.push(child);
  child.log = '';
  child.stdin?.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text) => {
    child.log = (child.log + text).slice(-2000);
  });
  child.on('error', (error) => {
    child.log += error.message;
  });
  // Before it is open, the reason is told first.
  child.on('exit', () => isOpen && void end(1));
  return child;
}

function firstOf(child, event) {
  const ended = once(child, 'close').then(() => {
    throw new Error(child.log.trim() || 'a namespace could not be made');
  });
  return Promise.race([event, ended]);
}

async function listener(far, host) {
  const arrived = new Promise((resolve, reject) => {
    far.on('message', ({ error }, server) => (error ? reject(new Error(error)) : resolve(server)));
  });
  far.send({ listen: host });
  return firstOf(far, arrived);
}

/** Byte for byte, with the end of each direction as its own, and a reset as a reset. */
function forward(participant, host, port) {
  const service = connect({ host, port, allowHalfOpen: true, noDelay: true });
  participant.setNoDelay(true);
  participant.pipe(service);
  service.pipe(participant);
  for (const [one, other] of [
    [participant, service],
    [service, participant],
  ]) {
    one.on('error', () => other.resetAndDestroy());
    one.on('close', () => {
      if (!other.destroyed && !other.writableEnded) other.destroy();
    });
  }
}

async function answer({ inLine, inFar, names }, { id, ruleset, counters, delaysMs, retransmitted }) {
  try {
    if (ruleset !== undefined) await inLine('nft', ['-f', '-'], ruleset);
    if (delaysMs !== undefined) {
      await delay(inLine, names.away, delaysMs.up);
      await delay(inLine, names.near, delaysMs.down);
    }
    if (counters) report({ id, answer: JSON.parse(await inLine('nft', ['-j', 'list', 'counters'])) });
    else if (retransmitted) report({ id, answer: await inFar('cat', ['/proc/self/net/snmp']) });
    else report({ id, answer: null });
  } catch (error) {
    report({ id, error: error.message });
  }
}

/** Changed in place: what waits already keeps its time, and removing the queue would lose it. */
async function delay(inLine, link, ms) {
  if (ms === 0 && !delayed.has(link)) return;
  delayed.add(link);
  await inLine('tc', [
    'qdisc',
    'replace',
    'dev',
    link,
    'root',
    'netem',
    'delay',
    `${ms}ms`,
    'limit',
    '1000000',
  ]);
}

async function run(program, args, input) {
  const child = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${err.trim() || `exit code ${code}`}`);
  return out;
}

async function end(code) {
  if (ending) return;
  ending = true;
  // The kernel takes a namespace's interfaces with it, but a moment later; the one on the host goes at once.
  if (hostLink && linkExists(hostLink)) await run('ip', ['link', 'delete', hostLink]).catch(() => undefined);
  for (const holder of holders) holder.kill('SIGKILL');
  process.exit(code);
}

function linkExists(name) {
  return readFileSync('/proc/net/dev', 'utf8').includes(`${name}:`);
}

function report(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
