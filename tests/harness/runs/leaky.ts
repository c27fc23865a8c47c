import { Transform } from 'node:stream';
import { type PassingOn, passingOn } from './passing-on.ts';

export interface Leaky extends PassingOn {
  /** The received tokens. */
  readonly tokens: ReadonlySet<string>;
  /** How many errors and events with the secret and a token it sent. */
  readonly sent: { errors: number; events: number };
}

/** Every third of these calls fails. All others succeed, so that participants get events. */
const FAILS_EVERY = 3;
const MAY_FAIL = /\/(?:hand\/\w+|network\/quality|leave)$/;

/** A meetings service that sends its secret and the received tokens in errors and events. */
export async function leaky(upstream: string, secret: string): Promise<Leaky> {
  const tokens = new Set<string>();
  const sent = { errors: 0, events: 0 };
  let calls = 0;
  const service = await passingOn(upstream, {
    answers(incoming, outgoing) {
      const { url = '', headers } = incoming;
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
      if (token) tokens.add(token);
      if (!MAY_FAIL.test(url) || calls++ % FAILS_EVERY !== FAILS_EVERY - 1) return false;
      const { type, body } = spellings[sent.errors++ % spellings.length]!(secret, token ?? '');
      incoming.resume();
      outgoing.writeHead(500, { 'content-type': type }).end(body);
      return true;
    },
    frames: (fromService) => fromService.pipe(loudFrames((event) => loud(event, secret, tokens, sent))),
  });
  return Object.assign(service, { tokens, sent });
}

type Spelling = (secret: string, token: string) => { type: string; body: string };

const spellings: readonly Spelling[] = [
  (secret, token) =>
    json({ success: false, error: `${secret} ${token}`, message: `signed with "${secret}"` }),
  // JSON inside JSON, as a gateway wraps the answer of its upstream.
  (secret, token) => json({ success: false, error: 'UPSTREAM', message: JSON.stringify({ secret, token }) }),
  (secret, token) => ({
    type: 'text/html',
    body: `<p>Bearer ${token} is not by ${secret.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)}</p>`,
  }),
  (secret, token) => ({
    type: 'text/plain',
    body: `redirected to /?key=${encodeURIComponent(secret)}&token=${token}`,
  }),
];

function json(value: object) {
  return { type: 'application/json', body: JSON.stringify(value) };
}

/** Adds the secret and a token to a room event, also to its time. */
function loud(text: string, secret: string, tokens: ReadonlySet<string>, sent: Leaky['sent']): string {
  const found = /^42(\["meeting:[\s\S]*\])$/.exec(text)?.[1];
  if (found === undefined) return text;
  const [name, payload] = JSON.parse(found) as [string, { timestamp?: string }];
  if (payload.timestamp === undefined) return text;
  sent.events += 1;
  const [token = ''] = tokens;
  const timestamp = `${payload.timestamp} ${secret} ${token}`;
  return `42${JSON.stringify([name, { ...payload, timestamp, note: `${secret} ${token}` }])}`;
}

/** Forwards a server's WebSocket stream with changed texts. Server frames are not masked; these are not fragmented. */
function loudFrames(change: (text: string) => string): Transform {
  let rest = Buffer.alloc(0);
  let isOpen = false;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest = Buffer.concat([rest, chunk]);
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return done();
        this.push(rest.subarray(0, end + 4));
        rest = rest.subarray(end + 4);
        isOpen = true;
      }
      for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
        const whole = rest.subarray(0, frame.end);
        const isText = whole[0] === 0x81;
        this.push(isText ? framed(change(whole.subarray(frame.start).toString())) : whole);
        rest = rest.subarray(frame.end);
      }
      done();
    },
  });
}

/** The start and end of the payload of the first frame (RFC 6455, 5.2); undefined if the frame is incomplete. */
function frameIn(bytes: Buffer): { start: number; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return bytes.length < start + length ? undefined : { start, end: start + length };
}

function framed(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}
