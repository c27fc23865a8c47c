import { expect, test } from '@playwright/test';
import * as ws from 'ws';
import { seeded } from '../../../../src/kernel/random.ts';
import {
  clientFrame,
  type FrameListener,
  FrameReader,
  Opcode,
} from '../../../../src/meetings/socket/frames.ts';

interface Parts {
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
  readonly Receiver: new (
    options: object,
  ) => {
    on(event: string, heard: (data: Buffer, isBinary?: boolean) => void): void;
    write(bytes: Buffer): void;
  };
}
const { Sender, Receiver } = ws as unknown as Parts;

function reader() {
  const heard: unknown[][] = [];
  const listener: FrameListener = {
    onText: (text) => heard.push(['text', text]),
    onBinary: (data) => heard.push(['binary', data]),
    onPing: (data) => heard.push(['ping', String(data)]),
    onGoodbye: () => heard.push(['goodbye']),
    onViolation: (error, code) => heard.push(['violation', error.message, code]),
  };
  return { frames: new FrameReader(listener), heard };
}

/** A frame of a service, written by `ws`. */
function serviceFrame(opcode: number, payload: Buffer, fin = true): Buffer {
  const options = { opcode, fin, mask: false, readOnly: true, rsv1: false };
  return Buffer.concat(Sender.frame(payload, options));
}

test('reads frames of ws at any split, even when the read buffer is reused', () => {
  const random = seeded(7, 'frames');
  const size = () => [0, 5, 125, 126, 127, 400, 65_535, 65_536, 70_000][Math.floor(random() * 9)]!;
  for (let round = 0; round < 6; round++) {
    const expected: unknown[][] = [];
    const frames: Buffer[] = [];
    for (let message = 0; message < 6; message++) {
      const text = 'aä€🎉"'.repeat(size() / 12);
      const bytes = Buffer.from(text);
      const kind = Math.floor(random() * 4);
      if (kind === 0) frames.push(serviceFrame(Opcode.text, bytes));
      else if (kind === 1) frames.push(serviceFrame(Opcode.binary, bytes));
      else {
        // In two parts, cut within a character, with a ping between them.
        const cut = Math.floor(random() * bytes.length);
        const opcode = kind === 2 ? Opcode.text : Opcode.binary;
        frames.push(serviceFrame(opcode, bytes.subarray(0, cut), false));
        frames.push(serviceFrame(Opcode.ping, Buffer.from('?')));
        frames.push(serviceFrame(Opcode.continuation, bytes.subarray(cut)));
        expected.push(['ping', '?']);
      }
      expected.push(kind % 2 === 0 ? ['text', text] : ['binary', bytes]);
    }
    const all = Buffer.concat(frames);
    const { frames: reading, heard } = reader();
    const shared = Buffer.alloc(65_536);
    for (let at = 0; at < all.length; ) {
      const most = random() < 0.3 ? 3 : 65_536;
      const length = Math.min(all.length - at, 1 + Math.floor(random() * most));
      all.copy(shared, 0, at, at + length);
      reading.read(shared, 0, length);
      shared.fill(0, 0, length);
      at += length;
    }
    expect(heard).toEqual(expected);
  }
});

test('writes frames that ws reads back unchanged', () => {
  const heard: unknown[] = [];
  const receiver = new Receiver({ isServer: true });
  receiver.on('message', (data, isBinary) => heard.push(isBinary ? data : String(data)));
  receiver.on('ping', (data) => heard.push(`ping ${data}`));
  const texts = [
    '',
    'a',
    'abc',
    'ä€🎉',
    'x'.repeat(125),
    'é'.repeat(63),
    'y'.repeat(126),
    'z'.repeat(65_536),
  ];
  for (const text of texts) receiver.write(clientFrame(Opcode.text, text));
  receiver.write(clientFrame(Opcode.binary, Buffer.from([1, 2, 3, 255, 0])));
  receiver.write(clientFrame(Opcode.ping, Buffer.from('?')));
  expect(heard).toEqual([...texts, Buffer.from([1, 2, 3, 255, 0]), 'ping ?']);
});

test('masks each frame with a new random mask', () => {
  const masks = Array.from({ length: 3000 }, () =>
    clientFrame(Opcode.text, 'a').subarray(2, 6).toString('hex'),
  );
  // Among some thousand masks of four random bytes, equal ones are rare.
  expect(new Set(masks).size).toBeGreaterThan(2990);
});

test.describe('limits for received frames', () => {
  const header = (first: number, length: number) => {
    const bytes = Buffer.alloc(10);
    bytes[0] = first;
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
    return bytes;
  };

  test('refuses a message over 10 MB before its payload arrives', () => {
    const { frames, heard } = reader();
    frames.read(header(0x81, 10_000_001), 0, 10);
    expect(heard).toEqual([['violation', 'Invalid WebSocket frame: Max payload size exceeded', 1009]]);
  });

  test('refuses fragments that together exceed 10 MB, and reads nothing after them', () => {
    const { frames, heard } = reader();
    const part = serviceFrame(Opcode.binary, Buffer.alloc(6_000_000), false);
    frames.read(part, 0, part.length);
    frames.read(header(0x80, 6_000_000), 0, 10);
    frames.read(serviceFrame(Opcode.text, Buffer.from('more')), 0, 6);
    expect(heard).toEqual([['violation', 'Invalid WebSocket frame: Max payload size exceeded', 1009]]);
  });

  test('refuses a message of endless empty fragments', () => {
    const { frames, heard } = reader();
    const begun = serviceFrame(Opcode.text, Buffer.alloc(0), false);
    const empty = serviceFrame(Opcode.continuation, Buffer.alloc(0), false);
    frames.read(begun, 0, begun.length);
    for (let count = 0; count < 16_383; count++) frames.read(empty, 0, empty.length);
    expect(heard).toEqual([]);
    frames.read(empty, 0, empty.length);
    expect(heard).toEqual([['violation', 'Invalid WebSocket frame: Too many message fragments', 1008]]);
  });
});
