import { expect, test } from '@playwright/test';
import type { Capacity } from '../../../src/capacity/evidence.ts';
import { Coordinated } from './coordinated.ts';

const order = { number: 1, level: 10, startAt: 123, meetings: ['a', 'b'] };

test('each slice of a crowd gets its levels in their order, and no slice of another crowd does', async () => {
  await using coordinated = await Coordinated.start([1, 2]);
  const slices = [await coordinated.slice(1), await coordinated.slice(2)];
  const other = await coordinated.slice(1, 'another crowd');
  await Promise.all([...slices, other].map((slice) => slice.shared('here', async () => true)));
  coordinated.coordinator.order('crowd', order);
  coordinated.coordinator.order('crowd', { ...order, number: 2, level: 0 });
  for (const { levels } of slices) {
    expect(await levels.next()).toEqual(order);
    expect(await levels.next()).toMatchObject({ number: 2, level: 0 });
  }
  const ends = [...slices, other].map(({ levels }) => levels.next());
  coordinated.coordinator.order('crowd', null);
  coordinated.coordinator.order('another crowd', null);
  expect(await Promise.all(ends)).toEqual([null, null, null]);
});

test('the levels end when the run is stopped', async () => {
  await using coordinated = await Coordinated.start([1]);
  const { levels } = await coordinated.slice(1);
  const waiting = levels.next();
  coordinated.coordinator.stop('interrupted');
  expect(await waiting).toBeNull();
});

test('a shared value can be replaced, for slices that ask later', async () => {
  await using coordinated = await Coordinated.start([1, 2]);
  const [one, two] = [await coordinated.slice(1), await coordinated.slice(2)];
  await one.shared('meetings', async () => ['a']);
  coordinated.coordinator.share('crowd', 'meetings', ['a', 'b']);
  expect(coordinated.coordinator.shared('crowd', 'meetings')).toEqual(['a', 'b']);
  expect(await two.shared('meetings', async () => ['c'])).toEqual(['a', 'b']);
});

test('the record of a crowd has its capacity search', async () => {
  await using coordinated = await Coordinated.start([1]);
  const slice = await coordinated.slice(1);
  await slice.shared('here', async () => true);
  expect(coordinated.record().capacity).toBeUndefined();
  const capacity = { axis: 'users', levels: [] } as unknown as Capacity;
  coordinated.coordinator.noteCapacity('crowd', capacity);
  const collector = await coordinated.collector();
  expect((await collector.collect()).capacity).toEqual(capacity);
});
