// The service of known-delay.c without a compiler: the same answers, events, figures and commands, with plain
// node:net. A request counts as arrived when Node reads it, so the wait for a processor is not in the figures.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const BASE = '/api/v1/meetings';
const LIFE_MS = 3_600_000;
const PING_MS = 25_000;
const ROSTER = 5;
const PARTICIPANT = /-[0-9a-f]{6}-\d+$/i;
const EVENT = 'event.delivery';
const posts = new Map([
  ['/join', 'meeting.join'],
  ['/leave', 'meeting.leave'],
  ['/reconnect', 'meeting.reconnect'],
  ['/hand/raise', 'hand.raise'],
  ['/hand/lower', 'hand.lower'],
  ['/network/quality', 'network.report'],
]);
const tells = new Map([
  ['meeting.join', 'meeting:participant-joined'],
  ['meeting.leave', 'meeting:participant-left'],
  ['hand.raise', 'meeting:hand-raised'],
  ['hand.lower', 'meeting:hand-lowered'],
]);

let [delayMs, spreadMs, judgedAfterMs] = [5, 0, 250];
let [connectionCount, openConnections, mostConnections, blockedWrites, badRequests, created] = [
  0, 0, 0, 0, 0, 0,
];
/** Room events: the receiver, the arrival of the call, and both times in ms. */
let deliveries = [];
/** By operation, in ms: from the accept for the first call of a connection, and from the request. */
let samples = new Map();
const users = new Map();
const meetings = new Map();
let latestMeeting;

function record(operation, seen, own) {
  const kept = samples.get(operation) ?? { seen: [], own: [] };
  samples.set(operation, kept);
  kept.seen.push(seen);
  kept.own.push(own);
}

function userNamed(id) {
  const user = users.get(id) ?? { id, isMeasured: PARTICIPANT.test(id), hand: false, meeting: undefined };
  users.set(id, user);
  return user;
}

function meetingNamed(id) {
  const meeting = meetings.get(id) ?? { id, users: new Set(), room: new Set() };
  meetings.set(id, meeting);
  latestMeeting = meeting;
  return meeting;
}

/** The claim `userId` of a JWT, without a check of its signature, or the token itself. */
function userOfToken(token) {
  const payload = token.split('.')[1];
  if (payload === undefined) return token === '' ? undefined : userNamed(token);
  try {
    const { userId } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof userId === 'string' ? userNamed(userId) : undefined;
  } catch {
    return undefined;
  }
}

function delayOf(user) {
  if (!user?.isMeasured) return 0;
  return delayMs - Math.log(1 - Math.random()) * spreadMs;
}

/** Acts after the delay since the arrival: a timer has whole milliseconds, and may be early by a part of one. */
function after(arrivedAt, user, act) {
  const due = arrivedAt + delayOf(user);
  const look = () => {
    const left = due - performance.now();
    if (left >= 1) setTimeout(look, left);
    else if (left > 0) setImmediate(look);
    else act();
  };
  look();
}

function send(connection, data) {
  if (connection.socket.destroyed) return;
  if (!connection.socket.write(data)) blockedWrites += 1;
}

function frame(text, opcode = 1) {
  const body = Buffer.from(text);
  const head = body.length > 125 ? Buffer.alloc(4) : Buffer.alloc(2);
  head[0] = 0x80 | opcode;
  head[1] = body.length > 125 ? 126 : body.length;
  if (body.length > 125) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function participant(user, meeting) {
  const { id: userId, hand: hasRaisedHand } = user;
  const usual = { role: 'listener', isMuted: true, isConnected: true, networkQuality: null };
  return {
    id: userId,
    meetingId: meeting.id,
    userId,
    hasRaisedHand,
    ...usual,
    joinedAt: '2026-01-01T00:00:00.000Z',
  };
}

function facts({ id, users: inside }) {
  return {
    id,
    title: 'known delay',
    hostId: 'host',
    status: 'active',
    maxParticipants: 1000,
    participantCount: inside.size,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

function roster(meeting, caller) {
  const shown = meeting.users.has(caller) ? [caller] : [];
  for (const user of meeting.users) {
    if (shown.length === ROSTER) break;
    if (user !== caller) shown.push(user);
  }
  return shown.map((user) => participant(user, meeting));
}

function contentOf(operation, user, meeting) {
  switch (operation) {
    case 'meeting.list':
      return latestMeeting ? [facts(latestMeeting)] : [];
    case 'meeting.create':
    case 'meeting.get':
      return { ...facts(meeting), participants: roster(meeting, user) };
    case 'meeting.join':
      return { meeting: facts(meeting), participant: participant(user, meeting) };
    case 'meeting.reconnect':
      return {
        meeting: facts(meeting),
        participant: participant(user, meeting),
        participants: roster(meeting, user),
      };
    case 'network.report':
      return { enableAudioPriority: false, recommendedBitrate: 128, packetLossAcceptable: true, actions: [] };
    default:
      return {};
  }
}

function respond(connection, status, body) {
  const text = JSON.stringify(body);
  send(
    connection,
    `HTTP/1.1 ${status} ${status < 300 ? 'OK' : 'Refused'}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nkeep-alive: timeout=600\r\n\r\n${text}`,
  );
}

function refuse(connection, status, code) {
  badRequests += 1;
  respond(connection, status, { success: false, error: code, message: code });
}

/** Sends an event to all members of the room; measured for each other member that entered before the call. */
function broadcast({ operation, user, meeting, arrivedAt, seenFrom }) {
  const name = tells.get(operation);
  if (name === undefined || meeting.room.size === 0) return;
  const about = { meetingId: meeting.id, userId: user.id, timestamp: new Date().toISOString() };
  const content =
    operation === 'meeting.join' ? { ...about, participant: participant(user, meeting) } : about;
  const data = frame(`42${JSON.stringify([name, content])}`);
  for (const member of meeting.room) {
    const leavesAt = performance.now();
    send(member, data);
    if (user.isMeasured && member.user !== user && member.enteredAt < arrivedAt)
      deliveries.push({
        member: member.user,
        arrivedAt,
        seen: leavesAt - seenFrom,
        own: leavesAt - arrivedAt,
      });
  }
}

function operationOf(isGet, path) {
  if (isGet && path === '/health') return ['health.get'];
  if (!path.startsWith(BASE)) return [];
  const [, id, rest] = /^\/([^/]+)(\/.*)?$/.exec(path.slice(BASE.length)) ?? [];
  if (id === undefined) return [isGet ? 'meeting.list' : 'meeting.create'];
  const operation =
    rest === undefined ? (isGet ? 'meeting.get' : undefined) : isGet ? undefined : posts.get(rest);
  return [operation, operation && meetingNamed(id)];
}

function request(connection, head, arrivedAt) {
  const [method, target] = head.split(' ', 2);
  const key = header(head, 'sec-websocket-key');
  if (key !== undefined) return becomeSocket(connection, key);
  let [operation, meeting] = operationOf(method === 'GET', target.split('?')[0]);
  if (operation === undefined) return refuse(connection, 404, 'NOT_FOUND');
  let user;
  if (operation !== 'health.get') {
    const token = /^Bearer (.+)$/.exec(header(head, 'authorization') ?? '')?.[1];
    if (token === undefined) return refuse(connection, 401, 'UNAUTHORIZED');
    if (connection.token !== token) Object.assign(connection, { token, user: userOfToken(token) });
    user = connection.user;
    if (!user) return refuse(connection, 401, 'UNAUTHORIZED');
  }
  if (operation === 'meeting.create')
    meeting = meetingNamed(`00000000-0000-4000-8000-${String(created++).padStart(12, '0')}`);
  if (operation === 'meeting.join') {
    user.meeting?.users.delete(user);
    user.meeting = meeting;
    meeting.users.add(user);
  } else if (operation === 'meeting.leave') {
    // A member that calls leave expects no more events.
    for (const member of meeting.room) if (member.user === user) leaveRoom(member);
    meeting.users.delete(user);
    user.meeting = undefined;
    user.leftAt = arrivedAt;
    user.hand = false;
  } else if (operation.startsWith('hand.')) user.hand = operation === 'hand.raise';
  const seenFrom = connection.calls++ === 0 ? connection.acceptedAt : arrivedAt;
  after(arrivedAt, user, () => {
    const body = operation === 'health.get' ? { status: 'ok', service: 'known-delay' } : undefined;
    const content = body ?? { success: true, data: contentOf(operation, user, meeting) };
    if (user?.isMeasured) record(operation, performance.now() - seenFrom, performance.now() - arrivedAt);
    respond(connection, operation === 'meeting.create' ? 201 : 200, content);
    broadcast({ operation, user, meeting, arrivedAt, seenFrom });
  });
}

function header(head, name) {
  return new RegExp(`^${name}: *([^\\r\\n]*)`, 'im').exec(head)?.[1];
}

function becomeSocket(connection, key) {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  connection.isSocket = true;
  send(
    connection,
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  const opening = { sid: `e${connection.number}`, upgrades: [], pingInterval: PING_MS, pingTimeout: 20_000 };
  send(connection, frame(`0${JSON.stringify({ ...opening, maxPayload: 1_000_000 })}`));
  const pings = setInterval(() => send(connection, frame('2')), PING_MS);
  connection.socket.once('close', () => clearInterval(pings));
}

function leaveRoom(connection) {
  connection.meeting?.room.delete(connection);
  connection.meeting = undefined;
}

function message(connection, text, arrivedAt) {
  if (text.startsWith('40')) {
    connection.user = userOfToken(/"token":"([^"]*)"/.exec(text)?.[1] ?? '');
    const { user, acceptedAt } = connection;
    if (!user) return send(connection, frame('44{"message":"Authentication required"}'));
    after(arrivedAt, user, () => {
      const now = performance.now();
      if (user.isMeasured) record('socket.connect', now - acceptedAt, now - arrivedAt);
      send(connection, frame(`40{"sid":"k${connection.number}"}`));
    });
  } else if (text.startsWith('41')) leaveRoom(connection);
  else if (text.startsWith('42') && connection.user) {
    const [, ack, id] = /^42(\d*)\["meeting:join",\{"meetingId":"([^"]+)"/.exec(text) ?? [];
    if (id === undefined) {
      badRequests += 1;
      return send(connection, frame('42["meeting:error",{"meetingId":null,"error":"NOT_FOUND"}]'));
    }
    after(arrivedAt, connection.user, () => {
      if (connection.socket.destroyed) return;
      leaveRoom(connection);
      connection.meeting = meetingNamed(id);
      connection.meeting.room.add(connection);
      connection.enteredAt = performance.now();
      const took = connection.enteredAt - arrivedAt;
      if (connection.user.isMeasured) record('room.enter', took, took);
      send(connection, frame(`42["meeting:joined",{"meetingId":"${id}"}]`));
      if (ack !== '') send(connection, frame(`43${ack}[{"meetingId":"${id}"}]`));
    });
  }
}

/** Handles complete requests and frames; the rest waits for more bytes. */
function take(connection, data, arrivedAt) {
  let rest = data;
  while (!connection.isSocket) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return rest;
    const head = rest.toString('latin1', 0, end);
    const whole = end + 4 + Number(header(head, 'content-length') ?? 0);
    if (rest.length < whole) return rest;
    rest = rest.subarray(whole);
    request(connection, head, arrivedAt);
  }
  for (;;) {
    if (rest.length < 2) return rest;
    const isLong = (rest[1] & 127) === 126;
    if (isLong && rest.length < 4) return rest;
    const length = isLong ? rest.readUInt16BE(2) : rest[1] & 127;
    const start = (isLong ? 4 : 2) + 4;
    if (rest.length < start + length) return rest;
    const body = Buffer.from(rest.subarray(start, start + length));
    for (let index = 0; index < length; index++) body[index] ^= rest[start - 4 + (index & 3)];
    const opcode = rest[0] & 15;
    rest = rest.subarray(start + length);
    if (opcode === 8) connection.socket.end(frame(body, 8));
    else if (opcode === 9) send(connection, frame(body, 10));
    else if (opcode === 1) message(connection, body.toString(), arrivedAt);
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  const connection = {
    socket,
    number: ++connectionCount,
    acceptedAt: performance.now(),
    calls: 0,
    isSocket: false,
  };
  let left = Buffer.alloc(0);
  mostConnections = Math.max(mostConnections, ++openConnections);
  socket.on('data', (data) => {
    const arrivedAt = performance.now();
    left = take(connection, left.length === 0 ? data : Buffer.concat([left, data]), arrivedAt);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    openConnections -= 1;
    leaveRoom(connection);
  });
});

function percentiles(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (fraction) => sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)];
  const known =
    sorted.length === 0 ? {} : { p50: at(0.5), p95: at(0.95), p99: at(0.99), min: at(0), max: at(1) };
  return { count: sorted.length, ...known, leftOut: 0 };
}

function report() {
  const operations = {};
  const all = { seen: [], own: [] };
  for (const [name, { seen, own }] of samples) {
    operations[name] = { seen: percentiles(seen), own: percentiles(own) };
    for (const value of seen) all.seen.push(value);
    for (const value of own) all.own.push(value);
  }
  const judged = deliveries.filter(
    ({ member: { leftAt = 0 }, arrivedAt }) => !(leftAt > arrivedAt && leftAt - arrivedAt < judgedAfterMs),
  );
  if (judged.length > 0)
    operations[EVENT] = {
      seen: percentiles(judged.map(({ seen }) => seen)),
      own: percentiles(judged.map(({ own }) => own)),
    };
  const { user, system } = process.cpuUsage();
  return {
    operations,
    seen: percentiles(all.seen),
    own: percentiles(all.own),
    openConnections,
    mostConnections,
    accepted: connectionCount,
    blockedWrites,
    badRequests,
    cpuMs: (user + system) / 1000,
  };
}

function counts() {
  let calls = 0;
  for (const { seen } of samples.values()) calls += seen.length;
  return {
    calls,
    sessions: samples.get('meeting.leave')?.seen.length ?? 0,
    events: deliveries.length,
    openConnections,
  };
}

function obey(line) {
  const [command, ms, spread = '0'] = line.split(' ');
  if (command === 'report') return report();
  if (command === 'count') return counts();
  if (command === 'reset') {
    samples = new Map();
    deliveries = [];
    [mostConnections, blockedWrites, badRequests] = [openConnections, 0, 0];
    return { done: true };
  }
  if (command === 'delay') [delayMs, spreadMs] = [Number(ms), Number(spread)];
  else if (command === 'judge') judgedAfterMs = Number(ms);
  else return { error: 'unknown command' };
  return { done: true };
}

const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
createInterface({ input: process.stdin })
  .on('line', (line) => tell(obey(line)))
  .on('close', () => process.exit());
setTimeout(() => process.exit(), LIFE_MS).unref();
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  tell({ port: server.address().port, openFiles: 0, isFirst: false }),
);
