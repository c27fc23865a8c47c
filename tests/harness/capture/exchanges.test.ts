import { expect, test } from '@playwright/test';
import { Exchanges } from '../../../src/capture/exchanges.ts';
import { PcapReader } from '../../../src/capture/pcap.ts';
import { FIN, type Packet, pcapOf, SYN } from './segments.ts';

const SERVICE = 3002;
const T = 1_700_000_000_000;

const asks = (atMs: number, data = 'GET / HTTP/1.1\r\n\r\n', from = 40_001): Packet => ({
  atMs: T + atMs,
  from,
  to: SERVICE,
  data,
});
const answers = (atMs: number, sequence: number, data = 'x'.repeat(100), to = 40_001): Packet => ({
  atMs: T + atMs,
  from: SERVICE,
  to,
  sequence,
  data,
});

/** Reads the packets in chunks of `pieces` bytes. */
function exchangesOf(packets: readonly Packet[], pieces = 7): Exchanges {
  const file = pcapOf(packets);
  const reader = new PcapReader();
  const exchanges = new Exchanges(SERVICE);
  for (let at = 0; at < file.length; at += pieces)
    for (const segment of reader.read(file.subarray(at, at + pieces))) exchanges.add(segment);
  exchanges.end();
  expect(reader.packets).toBe(packets.length);
  return exchanges;
}

test.describe('exchanges in captured packets', () => {
  test('measures a call from its first segment to the last segment of its answer, for any read size', () => {
    for (const pieces of [1, 7, 100, 100_000]) {
      const { latencies, connections } = exchangesOf(
        [asks(0), asks(1, 'its body'), answers(5, 0), answers(7.5, 100), asks(20), answers(24, 200)],
        pieces,
      );
      expect(latencies.count).toBe(2);
      expect(latencies.minMs).toBeCloseTo(4, 3);
      expect(latencies.maxMs).toBeCloseTo(7.5, 3);
      expect(connections).toBe(1);
    }
  });

  test('measures the first call of a connection from the SYN', () => {
    const { latencies, connections } = exchangesOf([
      { atMs: T, from: 40_001, to: SERVICE, flags: SYN },
      asks(3),
      answers(10, 0),
      asks(20),
      answers(22, 100),
      { atMs: T + 30, from: 40_001, to: SERVICE, flags: FIN },
      { atMs: T + 31, from: 40_001, to: SERVICE },
    ]);
    expect([connections, latencies.count, latencies.minMs, latencies.maxMs]).toEqual([
      1,
      2,
      expect.closeTo(2, 3),
      expect.closeTo(10, 3),
    ]);
  });

  test('ignores retransmitted answers and empty acknowledgements', () => {
    const { latencies } = exchangesOf([
      asks(0),
      answers(5, 0),
      answers(9, 0),
      { ...answers(11, 100), data: '' },
      asks(20),
      answers(21, 100),
    ]);
    expect(latencies.maxMs).toBeCloseTo(5, 3);
  });

  test('counts no exchange for a WebSocket or for a call without an answer', () => {
    const upgrade = 'GET /socket.io/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const { latencies, connections } = exchangesOf([
      asks(0, upgrade),
      answers(1, 0),
      asks(2, 'a frame'),
      answers(5, 100),
      asks(0, undefined, 40_003),
    ]);
    expect([latencies.count, connections]).toEqual([0, 2]);
  });

  test('reads the length on the wire instead of the captured length, and reads IPv6', () => {
    const { latencies } = exchangesOf([
      { ...asks(0), isIpv6: true },
      { ...answers(4, 0, 'y'.repeat(5000)), snapped: 60, isIpv6: true },
      { ...answers(6, 5000), isIpv6: true },
    ]);
    expect(latencies.maxMs).toBeCloseTo(6, 3);
  });

  test('refuses bytes that are not a packet capture', () => {
    expect(() => [...new PcapReader().read(Buffer.alloc(100, 1))]).toThrow('unknown format');
  });
});
