import { expect, test } from '@playwright/test';
import { Coordinated, die } from './coordinated.ts';

const never = () => new Promise<never>(() => undefined);

test.describe('value that the slices of a crowd share', () => {
  test('is made once and sent to every slice, also to a late one', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    let made = 0;
    const make = async () => ({ ids: [`meeting ${++made}`] });
    const values = await Promise.all(
      [1, 2].map(async (slice) => (await crowd.slice(slice)).shared('m', make)),
    );
    values.push(await (await crowd.slice(3)).shared('m', make));
    expect(values).toEqual(new Array(3).fill({ ids: ['meeting 1'] }));
    expect(crowd.coordinator.shared('crowd', 'm')).toEqual({ ids: ['meeting 1'] });
    expect(crowd.coordinator.shared('crowd', 'other')).toBeUndefined();
  });

  test('is made by the next slice when the first maker dies', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const [first, second, third] = [await crowd.slice(1), await crowd.slice(2), await crowd.slice(3)];
    let asked = false;
    void first.shared('m', () => {
      asked = true;
      return never();
    });
    await crowd.until('the first one makes it', () => asked);
    const values = [second.shared('m', async () => 'by 2'), third.shared('m', async () => 'by 3')];
    await die(first);
    expect(new Set(await Promise.all(values)).size).toBe(1);
  });

  test('is not made by a slice that died while it waited', async () => {
    await using crowd = await Coordinated.start([1, 2, 3]);
    const [first, second, third] = [await crowd.slice(1), await crowd.slice(2), await crowd.slice(3)];
    let asked = false;
    void first.shared('m', () => {
      asked = true;
      return never();
    });
    await crowd.until('the first one makes it', () => asked);
    void second.shared('m', never).catch(() => undefined);
    await second.shared('its request is known', async () => true);
    const value = third.shared('m', async () => 'by 3');
    await third.shared('this one too', async () => true);
    await die(second);
    await crowd.until('the second one is gone', () => crowd.record().lost.includes(2));
    await die(first);
    expect(await value).toBe('by 3');
  });

  test('rejects for all waiting slices when it fails, and is made again on a later request', async () => {
    await using crowd = await Coordinated.start([1, 2]);
    const [first, second] = [await crowd.slice(1), await crowd.slice(2)];
    let fail: () => void = () => undefined;
    const failing = first.shared(
      'm',
      () => new Promise((_, reject) => (fail = () => reject(new Error('no room')))),
    );
    const waiting = second.shared('m', async () => 'never asked');
    await second.shared('its request is known', async () => true);
    fail();
    for (const value of [failing, waiting]) await expect(value).rejects.toThrow('no room');
    // The record of the crowd has the reason.
    expect(crowd.record().notBegun).toBe('no room');
    expect(await second.shared('m', async () => 'anew')).toBe('anew');
  });

  test('belongs to one crowd', async () => {
    await using crowd = await Coordinated.start([1]);
    const one = await (await crowd.slice(1, 'one')).shared('m', async () => 1);
    const other = await (await crowd.slice(1, 'other')).shared('m', async () => 2);
    expect([one, other]).toEqual([1, 2]);
  });
});
