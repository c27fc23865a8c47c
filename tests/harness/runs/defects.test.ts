import { expect, test } from '@playwright/test';
import { run } from './run.ts';

/** Each seeded defect of the reference service, and the experiment and check that have to find it by name. */
const table = [
  {
    defect: 'duplicate-rows',
    file: 'rapid-join-leave',
    only: 'three times',
    check: 'nobody is in the roster twice',
  },
  { defect: 'leave-forgotten', file: 'rapid-join-leave', only: '1 at a time', check: 'the roster is true' },
  { defect: 'ghosts', file: 'rapid-join-leave', only: 'vanish', check: 'who vanishes is removed in time' },
  { defect: 'capacity-race', file: 'high-concurrency-join', only: 'seats', check: 'the capacity is exact' },
  {
    defect: 'event-twice',
    file: 'high-concurrency-join',
    only: 'one barrier',
    check: 'no event arrives twice',
  },
  {
    defect: 'event-lost',
    file: 'high-concurrency-join',
    only: 'one barrier',
    check: 'no event is lost to those in the room',
  },
  {
    defect: 'reset-limits-shared',
    file: 'high-concurrency-join',
    only: 'too often',
    check: 'the rate limit is each user’s own',
  },
  {
    defect: 'stale-reconnect',
    file: 'reconnection-storm',
    only: 'Socket.IO',
    check: 'reconnect gives the present state',
  },
  { defect: 'applied-twice', file: 'websocket-drops', only: 'every kind', check: 'nothing is applied twice' },
] as const;

test.describe('experiments find what is wrong with a service', () => {
  for (const { defect, file, only, check } of table) {
    test(`${defect}: found by "${check}"`, async () => {
      const { code, output } = await run({ SERVICE_DEFECTS: defect }, [
        '--project=chaos',
        file,
        '--grep',
        only,
      ]);
      expect(output).toContain(`❌ ${check}: `);
      expect(code).toBe(1);
    });
  }
});
