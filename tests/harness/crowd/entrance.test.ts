import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from '@playwright/test';
import { Entrance, MOST_STRANGERS } from '../../../src/crowd/coordinator/entrance.ts';
import { Coordinated } from './coordinated.ts';

const token = 'f'.repeat(32);

test.describe('Who may talk to the coordinator?', () => {
  for (const [what, given] of [
    ['another token', '0'.repeat(32)],
    ['a part of the token', 'f'.repeat(31)],
    ['a longer token', 'f'.repeat(33)],
    ['no token', undefined],
    ['a list with the token', [token]],
  ] as const)
    test(`closes a connection that sends ${what}`, () => {
      const entrance = new Entrance(token);
      const stranger = new PassThrough() as unknown as Socket;
      entrance.add(stranger);
      expect(entrance.admits(stranger, given)).toBe(false);
      expect(stranger.destroyed).toBe(true);
    });

  test('allows long lines only after the right token', () => {
    const entrance = new Entrance(token);
    const slice = new PassThrough() as unknown as Socket;
    entrance.add(slice);
    expect(entrance.mostCharacters(slice)).toBeLessThan(10_000);
    expect(entrance.admits(slice, token)).toBe(true);
    expect(entrance.mostCharacters(slice)).toBeGreaterThan(100_000_000);
    expect(slice.destroyed).toBe(false);
  });

  test('closes a connection that sends no hello in time', async () => {
    const entrance = new Entrance(token, 10);
    const [silent, slice] = [new PassThrough() as unknown as Socket, new PassThrough() as unknown as Socket];
    entrance.add(slice);
    entrance.admits(slice, token);
    entrance.add(silent);
    await expect.poll(() => silent.destroyed, { intervals: [5] }).toBe(true);
    expect(slice.destroyed).toBe(false);
  });
});

test.describe('What can a process without the token do?', () => {
  test('closes a connection that sends an endless line, and the run continues', async () => {
    await using crowd = await Coordinated.start([1]);
    const slice = await crowd.slice(1);
    const stranger = await crowd.stranger();
    stranger.on('error', () => undefined);
    const closed = new Promise((resolve) => stranger.once('close', resolve));
    const piece = Buffer.alloc(65_536, 'x');
    const pour = () => {
      while (!stranger.destroyed && stranger.bytesWritten < 600_000_000 && stranger.write(piece));
    };
    stranger.on('drain', pour);
    pour();
    await closed;
    // The limit allows for the kernel's buffers at both ends.
    expect(stranger.bytesWritten).toBeLessThan(50_000_000);
    await slice.arrive();
    expect(crowd.record().startedAt).not.toBeNull();
  });

  test('closes the oldest of hundreds of silent connections and still admits slices', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const first = await crowd.slice(1);
    const strangers: Socket[] = [];
    for (let count = 0; count < MOST_STRANGERS + 100; count += 1) {
      const stranger = await crowd.stranger();
      stranger.on('error', () => undefined).resume();
      strangers.push(stranger);
    }
    await crowd.until('the oldest ones have gone', () => strangers.filter((one) => one.closed).length >= 100);
    const second = await crowd.slice(2);
    await Promise.all([first.arrive(), second.arrive()]);
    expect(strangers.slice(0, 100).every((one) => one.closed)).toBe(true);
    expect(strangers.slice(101).some((one) => one.closed)).toBe(false);
  });
});
