import { expect, test } from '@playwright/test';
import { EventDeliveries, type RoomMember } from '../../../src/participants/event-deliveries.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';

const RAISED = 'meeting:hand-raised';
const LOWERED = 'meeting:hand-lowered';
const TIMEOUT = 5000;

/** A share with a few members in meeting `m` since instant 0; `at` is when something happens. */
function room(names: readonly string[] = ['ann', 'bob', 'cem']) {
  const timings = new Timings(0);
  const deliveries = new EventDeliveries(timings.operation('event.delivery'), TIMEOUT);
  const members = new Map<string, RoomMember>();
  const enter = (userId: string, at: number, meetingId = 'm') => {
    const member = { userId, meetingId, enteredAt: at };
    members.set(userId, member);
    deliveries.entered(member);
  };
  for (const name of names) enter(name, 0);
  return {
    deliveries,
    enter,
    leave: (userId: string, at: number) => deliveries.left(members.get(userId)!, at),
    cause: (event: string, userId: string, startedAt: number, meetingId = 'm') =>
      deliveries.caused({ event, meetingId, userId, startedAt }),
    arrive: (event: string, userId: string, member: string, at: number) =>
      deliveries.arrived(event, userId, members.get(member)!, at),
    experienceOf: (member: string, now: number) => deliveries.experienceOf(members.get(member)!, now),
    /** Latencies in order, what was missing, and the two other counts. */
    result(now = 60_000) {
      deliveries.settleAll(now);
      const merged = new MergedTimings([timings.encode(now)]).operations.get('event.delivery')!;
      const latencies = Array.from({ length: merged.ok.count }, (_, rank) => merged.ok.valueAtRank(rank + 1));
      return {
        latencies: latencies.map((ms) => Math.round(ms * 10) / 10),
        missing: merged.outcomes.timeout ?? 0,
        duplicates: deliveries.duplicates,
        unexplained: deliveries.unexplained,
      };
    },
  };
}
const fine = { missing: 0, duplicates: 0, unexplained: 0 };

test.describe('from the call that causes an event to its arrival at each other participant', () => {
  test('the one who caused it waits for nothing', () => {
    const { cause, arrive, result } = room();
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'ann', 101);
    arrive(RAISED, 'ann', 'bob', 130);
    arrive(RAISED, 'ann', 'cem', 150);
    expect(result()).toEqual({ ...fine, latencies: [30, 50] });
  });

  test('an event may arrive before its call has an answer', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    arrive(RAISED, 'ann', 'bob', 130);
    cause(RAISED, 'ann', 100);
    expect(result()).toEqual({ ...fine, latencies: [30] });
  });

  test('another share may tell of it late, and of the second call first', () => {
    const { deliveries, cause, arrive, result } = room(['bob']);
    arrive(RAISED, 'ann', 'bob', 1030);
    arrive(RAISED, 'ann', 'bob', 3040);
    deliveries.settle(4000); // nothing is decided before its time
    cause(RAISED, 'ann', 3000);
    cause(RAISED, 'ann', 1000);
    expect(result()).toEqual({ ...fine, latencies: [30, 40] });
  });

  test('raised, lowered and raised again by one user: each event belongs to its own call', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    for (const [event, startedAt, at] of [
      [RAISED, 100, 110],
      [LOWERED, 200, 220],
      [RAISED, 300, 330],
    ] as const) {
      cause(event, 'ann', startedAt);
      arrive(event, 'ann', 'bob', at);
    }
    expect(result()).toEqual({ ...fine, latencies: [10, 20, 30] });
  });

  test('under a slow service the first event is not a quick answer to the second call', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 0.5);
    cause(RAISED, 'ann', 2000);
    arrive(RAISED, 'ann', 'bob', 2500.5);
    arrive(RAISED, 'ann', 'bob', 4500);
    expect(result()).toEqual({ ...fine, latencies: [2500, 2500] });
  });

  test('rooms and users are kept apart', () => {
    const { enter, cause, arrive, result } = room(['ann', 'bob']);
    enter('dan', 0, 'other');
    cause(RAISED, 'ann', 100);
    cause(RAISED, 'bob', 105);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'bob', 'ann', 125);
    arrive(RAISED, 'ann', 'dan', 130); // of a meeting that dan is not in
    expect(result()).toEqual({ ...fine, latencies: [10, 20], unexplained: 1 });
  });

  test('events that no call of a participant causes are not measured at all', () => {
    const { arrive, result } = room();
    arrive('meeting:network-quality-update', 'ann', 'bob', 100);
    expect(result()).toEqual({ ...fine, latencies: [] });
  });
});

test.describe('what is wrong with a delivery', () => {
  test('seen twice is a duplicate, and measured once', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'ann', 'bob', 190);
    expect(result()).toEqual({ ...fine, latencies: [10], duplicates: 1 });
  });

  test('without a call, or before it, it is unexplained', () => {
    const { cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 99);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'ann', 'cem', 110);
    arrive(LOWERED, 'ann', 'bob', 110);
    expect(result()).toEqual({ ...fine, latencies: [10, 10], unexplained: 2 });
  });

  test('not seen by one who was there is missing for that one', () => {
    const { cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    expect(result()).toEqual({ ...fine, latencies: [10], missing: 1 });
  });

  test('after its time it is missing, and nothing else', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + TIMEOUT + 1);
    expect(result()).toEqual({ ...fine, latencies: [], missing: 1 });
  });

  test('in the last moment of its time it is a delivery', () => {
    const { deliveries, cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + TIMEOUT);
    for (let now = 1000; now < 20_000; now += 1000) deliveries.settle(now);
    expect(result()).toEqual({ ...fine, latencies: [TIMEOUT] });
  });
});

test.describe('who was not there all the time', () => {
  test('entered after the call: nothing is missing, and what still arrives is measured', () => {
    const { enter, cause, arrive, result } = room(['ann']);
    cause(RAISED, 'ann', 100);
    enter('bob', 105);
    enter('cem', 105);
    arrive(RAISED, 'ann', 'cem', 140);
    expect(result()).toEqual({ ...fine, latencies: [40] });
  });

  test('entered between two calls: its event is that of the second', () => {
    const { enter, cause, arrive, result } = room(['ann']);
    cause(RAISED, 'ann', 100);
    enter('bob', 1000);
    cause(RAISED, 'ann', 2000);
    arrive(RAISED, 'ann', 'bob', 2030);
    expect(result()).toEqual({ ...fine, latencies: [30] });
  });

  test('left before the time was over: nothing is missing', () => {
    const { leave, cause, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    leave('bob', 100 + TIMEOUT);
    expect(result()).toEqual({ ...fine, latencies: [] });
  });

  test('left just after it: that one should have seen it', () => {
    const { leave, cause, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    leave('bob', 101 + TIMEOUT);
    expect(result()).toEqual({ ...fine, latencies: [], missing: 1 });
  });
});

test('judging twice changes nothing, and nothing that was settled is kept', () => {
  const { deliveries, enter, leave, cause, arrive, result } = room(['ann', 'bob']);
  const sizes: string[] = [];
  for (let round = 0; round < 200; round++) {
    const now = round * 1000;
    enter(`guest ${round}`, now);
    cause(RAISED, 'ann', now + 1);
    arrive(RAISED, 'ann', 'bob', now + 11);
    leave(`guest ${round}`, now + 500);
    deliveries.settle(now + 900);
    deliveries.settle(now + 900);
    sizes.push(JSON.stringify(deliveries.held));
  }
  // From some seconds on, the same number is held for ever.
  expect(new Set(sizes.slice(20)).size).toBe(1);
  expect(result(300_000)).toEqual({ ...fine, latencies: new Array(200).fill(10) });
  expect(deliveries.held).toEqual({ causes: 0, arrivals: 0, members: 2 });
});

test.describe('what one member has experienced, before it is certain', () => {
  test('its longest delivery, also of what is still held; asking changes nothing', () => {
    const { deliveries, cause, arrive, experienceOf, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 400);
    deliveries.settle(100 + 2 * TIMEOUT);
    cause(LOWERED, 'ann', 20_000);
    cause(RAISED, 'ann', 20_100);
    arrive(LOWERED, 'ann', 'bob', 20_050);
    expect(experienceOf('bob', 20_200)).toEqual({ slowestMs: 300, missing: 0 });
    arrive(RAISED, 'ann', 'bob', 20_900);
    // Each arrival is that of a call of its own.
    for (let asked = 0; asked < 2; asked++)
      expect(experienceOf('bob', 20_900)).toEqual({ slowestMs: 800, missing: 0 });
    expect(experienceOf('ann', 20_900)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(result()).toEqual({ ...fine, latencies: [50, 300, 800] });
  });

  test('what did not come in its time is missing; what may still come is not', () => {
    const { cause, experienceOf, leave, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    expect(experienceOf('bob', 100 + TIMEOUT)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(experienceOf('bob', 101 + TIMEOUT)).toEqual({ slowestMs: undefined, missing: 1 });
    // Who left before has not waited for it.
    leave('cem', 3000);
    expect(experienceOf('cem', 60_000)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(result()).toEqual({ ...fine, latencies: [], missing: 1 });
  });
});
