import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { beforeCall, type Parts } from './parts.ts';

const HEAD = Buffer.from('{"success":true,"data":"');
const TAIL = Buffer.from('"}');

/** 64 pieces of 16 MiB make 1 GiB. The service holds only one packed piece in memory. */
const PIECE_BYTES = 16_777_216;
const PIECES = 64;

/** The gzip header (RFC 1952): magic number, deflate, no flags, no time, unknown system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** GET /:id is 1 MiB of gzip that unpacks to 1 GiB of valid JSON. */
export function answerHugely({ app }: Parts): undefined {
  const packed = packHugeAnswer();
  beforeCall(app, 'GET /:id', async (_request, reply) => {
    return reply
      .type('application/json; charset=utf-8')
      .header('content-encoding', 'gzip')
      .send(Readable.from(packed()));
  });
}

/** A full flush resets the compressor, so each piece compresses to the same bytes and is compressed once. */
function packHugeAnswer(): () => Generator<Buffer> {
  const resetting = { level: 9, finishFlush: constants.Z_FULL_FLUSH };
  const piece = Buffer.alloc(PIECE_BYTES, 'x');
  const packedPiece = deflateRawSync(piece, resetting);
  let checksum = crc32(HEAD);
  for (let i = 0; i < PIECES; i++) checksum = crc32(piece, checksum);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(TAIL, checksum), 0);
  trailer.writeUInt32LE((HEAD.length + PIECES * PIECE_BYTES + TAIL.length) % 2 ** 32, 4);
  return function* () {
    yield Buffer.concat([GZIP_HEADER, deflateRawSync(HEAD, resetting)]);
    for (let i = 0; i < PIECES; i++) yield packedPiece;
    yield Buffer.concat([deflateRawSync(TAIL), trailer]);
  };
}

const CHUNK = Buffer.alloc(65_536, 'x');

/** Limits the body to 64 MB/s, which shows the defect and leaves CPU time to others. */
const CHUNK_EVERY_MS = 1;

/** The stream ends when the client closes the connection. */
export function answerEndlessly({ app }: Parts): undefined {
  beforeCall(app, 'GET /:id', async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(Readable.from(endless()));
  });
}

async function* endless() {
  yield HEAD;
  for (;;) {
    yield CHUNK;
    await wait(CHUNK_EVERY_MS);
  }
}
