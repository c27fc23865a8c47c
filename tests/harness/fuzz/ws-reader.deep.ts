import { expect, test } from '@playwright/test';
import * as ws from 'ws';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import { type FrameListener, FrameReader } from '../../../src/meetings/socket/frames.ts';

const SEED = 21;
const STREAMS = 500;

interface Receiver {
  on(event: string, heard: (data: Buffer, isBinary?: boolean) => void): void;
  write(bytes: Buffer): void;
}
const { Receiver, Sender } = ws as unknown as {
  readonly Receiver: new (options: object) => Receiver;
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

const whole = (random: Random, below: number) => Math.floor(random() * below);

/** Messages of a service: whole, in fragments, with pings in between, and perhaps a close frame. */
function stream(random: Random): Buffer {
  const frame = (opcode: number, payload: Buffer, fin = true) =>
    Buffer.concat(Sender.frame(payload, { opcode, fin, mask: false, readOnly: true, rsv1: false }));
  const frames: Buffer[] = [];
  for (let count = 1 + whole(random, 5); count > 0; count--) {
    const payload = Buffer.from('42["a","ä€🎉"]'.repeat(whole(random, 20)));
    const [kind, cut] = [whole(random, 4), whole(random, payload.length)];
    if (kind < 2) frames.push(frame(1 + kind, payload));
    else {
      frames.push(frame(1, payload.subarray(0, cut), false));
      if (kind === 3) frames.push(frame(9, Buffer.from('?')));
      frames.push(frame(0, payload.subarray(cut)));
    }
  }
  if (random() < 0.3) frames.push(frame(8, Buffer.from([3, 232])));
  return Buffer.concat(frames);
}

function mutated(random: Random, bytes: Buffer): Buffer {
  const changed = [...bytes];
  for (let count = 1 + whole(random, 3); count > 0; count--) {
    const at = whole(random, changed.length);
    const kind = whole(random, 3);
    if (kind === 0) changed[at] = whole(random, 256);
    else if (kind === 1) changed.splice(at, 1 + whole(random, 3));
    else changed[at]! ^= 1 << whole(random, 8);
  }
  return Buffer.from(changed);
}

/** The messages until the first violation of the protocol. */
function read(pieces: readonly Buffer[]): string[] {
  const heard: string[] = [];
  const listener: FrameListener = {
    onText: (text) => heard.push(`text ${text}`),
    onBinary: (data) => heard.push(`binary ${data.toString('hex')}`),
    onPing: (data) => heard.push(`ping ${data.toString('hex')}`),
    onGoodbye: () => heard.push('goodbye'),
    onViolation: () => heard.push('violation'),
  };
  const reader = new FrameReader(listener);
  const shared = Buffer.alloc(65_536, 0x81);
  for (const piece of pieces) {
    piece.copy(shared);
    reader.read(shared, 0, piece.length);
  }
  return heard;
}

function readByWs(bytes: Buffer): string[] {
  const heard: string[] = [];
  const receiver = new Receiver({ isServer: false, maxPayload: 10_000_000, allowSynchronousEvents: true });
  receiver.on('message', (data, isBinary) =>
    heard.push(isBinary ? `binary ${data.toString('hex')}` : `text ${data}`),
  );
  receiver.on('ping', (data) => heard.push(`ping ${data.toString('hex')}`));
  receiver.on('conclude', () => heard.push('goodbye'));
  receiver.on('error', () => heard.push('violation'));
  receiver.write(bytes);
  return heard;
}

function pieces(random: Random, bytes: Buffer): Buffer[] {
  const cuts = Array.from({ length: whole(random, 8) }, () => whole(random, bytes.length + 1)).sort(
    (a, b) => a - b,
  );
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
}

for (const [name, changed] of [
  ['valid', (_: Random, bytes: Buffer) => bytes],
  ['damaged', mutated],
] as const)
  test(`the reader reads ${name} frames as ws does, however the reads split them`, async () => {
    const random = seeded(SEED, name);
    for (let index = 0; index < STREAMS; index++) {
      const bytes = changed(random, stream(random));
      const heard = read([bytes]);
      expect(read(pieces(random, bytes)), `stream ${index}: ${bytes.toString('hex')}`).toEqual(heard);
      const byWs = readByWs(bytes);
      // A stream emits its error in the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      expect(heard, `stream ${index}: ${bytes.toString('hex')}`).toEqual(byWs);
    }
  });
