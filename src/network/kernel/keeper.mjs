/**
 * Keeps a path to the service on which the kernel loses packets, as long as its owner lives. The IPC channel closes when
 * the owner ends, also by SIGKILL; then this process removes the path.
 *
 *   participants ── veth ── the line ── veth ── the far end ── this process ── the service on loopback
 *   (host)                  (forwards,          (a TCP stack
 *                            loses packets)      of its own)
 *
 * Both namespaces have no name: the kernel removes each, with its interfaces and rules, when the process that owns it ends.
 * These processes end with this one, so nothing is left behind, even when this one is killed.
 * The far end opens its listener in its namespace and sends it to this process, which can reach the service.
 *
 * The commands are those of `KeeperCommands` in kernel-path.ts; the first one is `open`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
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
/** Runs a program in the namespace of the line. */
let inLine;

process.on('disconnect', () => void end(0));
// The owner may have ended while this process was starting.
if (!process.connected) void end(0);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void end(0));

process.on('message', async ({ id, command }) => {
  try {
    await report({ id, answer: await obey(command) });
  } catch (error) {
    await report({ id, mistake: `The kernel path failed: ${error.message}` });
    if (!isOpen) await end(1);
  }
});

async function obey({ type, ...settings }) {
  switch (type) {
    case 'open':
      return open(settings);
    case 'set':
      return set(settings);
    case 'counters':
      return JSON.parse(await inLine('nft', ['-j', 'list', 'counters']));
    default:
      throw new Error(`unknown command ${type}`);
  }
}

async function open({ serviceHost, servicePort, id, hostAddress, lineAddresses, farAddress, ruleset }) {
  const line = await holdLine();
  const far = await holdFarEnd();
  inLine = (program, args, input) =>
    run('nsenter', [`--net=/proc/${line.pid}/ns/net`, program, ...args], input);
  hostLink = `fh${id}h`;
  await run('sh', ['-e'], wiring({ hostAddress, lineAddresses, farAddress, line: line.pid, far: far.pid }));
  await inLine('nft', ['-f', '-'], ruleset);
  const server = await listener(far, farAddress);
  server.allowHalfOpen = true;
  server.on('connection', (socket) => forward(socket, serviceHost, servicePort));
  isOpen = true;
  return { port: server.address().port };
}

/**
 * `gso_max_segs 1`: each packet carries one segment, as on a wire. Otherwise the kernel sends dozens of segments as one
 * packet, and loses them together.
 */
function wiring({ hostAddress, lineAddresses: [near, away], farAddress, line, far }) {
  return `
in_line() { nsenter --net=/proc/${line}/ns/net "$@"; }
in_far() { nsenter --net=/proc/${far}/ns/net "$@"; }
ip link add ${hostLink} type veth peer name near netns ${line}
in_line ip link add away type veth peer name far netns ${far}
ip address add ${hostAddress}/30 dev ${hostLink}
in_line ip address add ${near}/30 dev near
in_line ip address add ${away}/30 dev away
in_far ip address add ${farAddress}/30 dev far
ip link set ${hostLink} mtu 1500 gso_max_segs 1 up
in_line ip link set near mtu 1500 gso_max_segs 1 up
in_line ip link set away mtu 1500 gso_max_segs 1 up
in_far ip link set far mtu 1500 gso_max_segs 1 up
in_line sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip route add ${farAddress}/32 via ${near} dev ${hostLink}
in_far ip route add default via ${away}`;
}

/** Starts a process that only keeps a namespace alive. It ends when its stdin closes, so it ends with this process. */
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

/** Starts a program in a new namespace, which exists as long as the program runs. */
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
  // Before the path is open, the reason is reported first.
  child.on('exit', () => isOpen && void end(1));
  return child;
}

function firstOf(child, event) {
  const ended = once(child, 'close').then(() => {
    throw new Error(child.log.trim() || 'a network namespace could not be created');
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

/** Forwards bytes. Each direction ends separately, and a reset of one side resets the other side. */
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

async function set({ ruleset, delaysMs }) {
  await inLine('nft', ['-f', '-'], ruleset);
  if (delaysMs === undefined) return null;
  await delay('away', delaysMs.up);
  await delay('near', delaysMs.down);
  return null;
}

/** Changes the queue in place: packets in the queue keep their delay, and a removal of the queue would lose them. */
async function delay(link, ms) {
  if (ms === 0 && !delayed.has(link)) return;
  delayed.add(link);
  const queue = ['root', 'netem', 'delay', `${ms}ms`, 'limit', '1000000'];
  await inLine('tc', ['qdisc', 'replace', 'dev', link, ...queue]);
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
  // The kernel removes the interfaces of a namespace a moment later; this removes the host's interface at once.
  if (hostLink && linkExists(hostLink)) await run('ip', ['link', 'delete', hostLink]).catch(() => undefined);
  for (const holder of holders) holder.kill('SIGKILL');
  process.exit(code);
}

function linkExists(name) {
  return readFileSync('/proc/net/dev', 'utf8').includes(`${name}:`);
}

/** Resolves when the owner has received the message, or has ended. */
function report(message) {
  return new Promise((resolve) => {
    if (process.connected) process.send(message, undefined, undefined, resolve);
    else resolve();
  });
}
