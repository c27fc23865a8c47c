import { expect, test } from '@playwright/test';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { EventDeliveries, type RoomMember } from '../../../src/participants/event-deliveries.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';

const RAISED = 'hand-raised';
const LOWERED = 'hand-lowered';
const LIMIT = 5000;

/** A slice with a few members in meeting `m` since instant 0; `at` is when something happens. */
function room(names: readonly string[] = ['ann', 'bob', 'cem']) {
  const timings = new Timings(0);
  const deliveries = new EventDeliveries(
    timings.operation('event.delivery'),
    LIMIT,
    referenceContract().causedEvents,
  );
  const members = new Map<string, RoomMember>();
  const enter = (userId: string, at: number, meetingId = 'm') => {
    const member = { userId, meetingId, enteredAt: at };
    members.set(userId, member);
    deliveries.entered(member);
  };
  for (const name of names) enter(name, 0);
  return {
    timings,
    deliveries,
    enter,
    leave: (userId: string, at: number) => deliveries.left(members.get(userId)!, at),
    cause: (event: string, userId: string, startedAt: number, meetingId = 'm', heldMs = 0) =>
      deliveries.caused({ event, meetingId, userId, key: userId, startedAt, heldMs }),
    arrive: (event: string, userId: string, member: string, at: number, earliest = at) =>
      deliveries.arrived(event, userId, userId, members.get(member)!, at, earliest),
    experienceOf: (member: string, now: number) => deliveries.experienceOf(members.get(member)!, now),
    /** Latencies in order, and the counts of everything else. */
    result(now = 60_000) {
      deliveries.settleAll(now);
      const merged = new MergedTimings([timings.encode(now)]).operations.get('event.delivery')!;
      const latencies = Array.from({ length: merged.ok.count }, (_, rank) => merged.ok.valueAtRank(rank + 1));
      return {
        latencies: latencies.map((ms) => Math.round(ms * 10) / 10),
        lost: merged.outcomes.lost ?? 0,
        late: merged.outcomes.late ?? 0,
        notJudged: merged.outcomes.aborted ?? 0,
        duplicates: deliveries.duplicates,
        unexplained: deliveries.unexplained,
      };
    },
    /** The earliest latencies, in order. Call it after `result`. */
    earliest(now = 60_000) {
      const { earliest } = new MergedTimings([timings.encode(now)]).operations.get('event.delivery')!;
      const latencies = Array.from({ length: earliest.count }, (_, rank) => earliest.valueAtRank(rank + 1));
      return latencies.map((ms) => Math.round(ms * 10) / 10);
    },
  };
}
const fine = { lost: 0, late: 0, notJudged: 0, duplicates: 0, unexplained: 0 };

test.describe('an event that the load generator read late', () => {
  test('counts an event as delivered if it may have arrived in time, with the latency at which it was read', () => {
    const { cause, arrive, result, earliest, experienceOf } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT + 400, 100 + LIMIT);
    arrive(RAISED, 'ann', 'cem', 150, 140);
    expect(experienceOf('bob', 30_000)).toEqual({ slowestMs: LIMIT + 400, missing: 0 });
    expect(result()).toEqual({ ...fine, latencies: [50, LIMIT + 400] });
    expect(earliest()).toEqual([40, LIMIT]);
  });

  test('counts an event as late if even its earliest arrival is past the limit', () => {
    const { cause, arrive, result, experienceOf } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT + 400, 100 + LIMIT + 1);
    expect(experienceOf('bob', 30_000).missing).toBe(1);
    expect(result()).toEqual({ ...fine, late: 1, latencies: [] });
  });

  test('does not judge a delivery if the member left soon after a delayed call was sent', () => {
    for (const [heldMs, lost, notJudged] of [
      [0, 1, 0],
      [400, 0, 1],
    ] as const) {
      const { cause, arrive, leave, result } = room(['ann', 'bob']);
      // Events take 20 ms here, so a member who stays for 420 ms must have received them.
      for (let at = 0; at < 200; at++) {
        cause(RAISED, 'ann', 1000 * at + 0.5);
        arrive(RAISED, 'ann', 'bob', 1000 * at + 20.5);
      }
      cause(LOWERED, 'ann', 200_000, 'm', heldMs);
      leave('bob', 200_420);
      expect(result(300_000)).toMatchObject({ lost, notJudged, late: 0 });
    }
  });

  test('does not count an event as late if the generator delayed its call', () => {
    const { cause, arrive, result, earliest } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100, 'm', 300);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT + 250, 100 + LIMIT + 200);
    expect(result()).toEqual({ ...fine, latencies: [LIMIT + 250] });
    expect(earliest()).toEqual([LIMIT - 100]);
  });
});

test.describe('delivery latency from the causing call to each other participant', () => {
  test('expects no delivery to the participant who caused the event', () => {
    const { cause, arrive, result } = room();
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'ann', 101);
    arrive(RAISED, 'ann', 'bob', 130);
    arrive(RAISED, 'ann', 'cem', 150);
    expect(result()).toEqual({ ...fine, latencies: [30, 50] });
  });

  test('matches an event that arrives before its call is answered', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    arrive(RAISED, 'ann', 'bob', 130);
    cause(RAISED, 'ann', 100);
    expect(result()).toEqual({ ...fine, latencies: [30] });
  });

  test('matches calls that another slice reports late and out of order', () => {
    const { deliveries, cause, arrive, result } = room(['bob']);
    arrive(RAISED, 'ann', 'bob', 1030);
    arrive(RAISED, 'ann', 'bob', 3040);
    deliveries.settle(4000); // nothing is decided before its time
    cause(RAISED, 'ann', 3000);
    cause(RAISED, 'ann', 1000);
    expect(result()).toEqual({ ...fine, latencies: [30, 40] });
  });

  test('matches each hand event of one user with its own call', () => {
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

  test('matches the first event with the first call when the service is slow', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 0.5);
    cause(RAISED, 'ann', 2000);
    arrive(RAISED, 'ann', 'bob', 2500.5);
    arrive(RAISED, 'ann', 'bob', 4500);
    expect(result()).toEqual({ ...fine, latencies: [2500, 2500] });
  });

  test('matches events only within their room and user', () => {
    const { enter, cause, arrive, result } = room(['ann', 'bob']);
    enter('dan', 0, 'other');
    cause(RAISED, 'ann', 100);
    cause(RAISED, 'bob', 105);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'bob', 'ann', 125);
    arrive(RAISED, 'ann', 'dan', 130); // of a meeting that dan is not in
    expect(result()).toEqual({ ...fine, latencies: [10, 20], unexplained: 1 });
  });

  test('ignores events that no call of a participant causes', () => {
    const { arrive, result } = room();
    arrive('network-quality-update', 'ann', 'bob', 100);
    expect(result()).toEqual({ ...fine, latencies: [] });
  });
});

test.describe('faulty deliveries', () => {
  test('counts an event that arrives twice as a duplicate, and measures it once', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'ann', 'bob', 190);
    expect(result()).toEqual({ ...fine, latencies: [10], duplicates: 1 });
  });

  test('counts an event without an earlier call as unexplained', () => {
    const { cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 99);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'ann', 'cem', 110);
    arrive(LOWERED, 'ann', 'bob', 110);
    expect(result()).toEqual({ ...fine, latencies: [10, 10], unexplained: 2 });
  });

  test('explains an event that a leaving member still receives by the call after it left', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob', 'cem']);
    leave('bob', 90);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 95);
    arrive(RAISED, 'ann', 'bob', 110);
    arrive(RAISED, 'ann', 'cem', 110);
    expect(result()).toEqual({ ...fine, latencies: [10], unexplained: 1 });
  });

  test('counts no event twice because a leaving member receives the event of a later call', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    leave('bob', 2000);
    cause(RAISED, 'ann', 2010);
    arrive(RAISED, 'ann', 'bob', 2020);
    expect(result()).toEqual({ ...fine, latencies: [10] });
  });

  test('counts a delivery as lost for the member who did not receive the event', () => {
    const { cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    expect(result()).toEqual({ ...fine, latencies: [10], lost: 1 });
  });

  test('counts an event that arrives after its limit as late, and not as lost', () => {
    const { deliveries, cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT + 3000);
    for (let now = 1000; now < 30_000; now += 1000) deliveries.settle(now);
    expect(result()).toEqual({ ...fine, latencies: [], late: 1 });
  });

  test('counts an event as lost after three times its limit, and a later arrival as unexplained', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 101 + 3 * LIMIT);
    expect(result()).toEqual({ ...fine, latencies: [], lost: 1, unexplained: 1 });
  });

  test('counts an event that arrives exactly at its limit as delivered', () => {
    const { deliveries, cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT);
    for (let now = 1000; now < 30_000; now += 1000) deliveries.settle(now);
    expect(result()).toEqual({ ...fine, latencies: [LIMIT] });
  });

  test('does not match a surplus event with an earlier call', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 0.5);
    cause(RAISED, 'ann', 7000);
    arrive(RAISED, 'ann', 'bob', 7002);
    arrive(RAISED, 'ann', 'bob', 7003);
    cause(LOWERED, 'ann', 8000);
    arrive(LOWERED, 'ann', 'bob', 8002);
    expect(result()).toEqual({ ...fine, latencies: [2, 2], lost: 1, duplicates: 1 });
  });

  test('does not match a surplus event with an older call when no event was ever late', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    // These events are certain: each is the only one of its user.
    for (let guest = 0; guest < 40; guest++) {
      const [name, at] = [`guest ${guest}`, 100 * guest + 1];
      cause('participant-joined', name, at);
      for (const member of ['ann', 'bob']) {
        if (guest > 0) arrive('participant-joined', name, member, at + 2);
        if (guest === 5) arrive('participant-joined', name, member, at + 3);
      }
    }
    cause(RAISED, 'ann', 20_000);
    cause(RAISED, 'ann', 21_000);
    arrive(RAISED, 'ann', 'bob', 21_002);
    arrive(RAISED, 'ann', 'bob', 21_400);
    const { latencies } = result();
    expect(Math.max(...latencies)).toBe(2);
  });

  test('measures an overtaken event as slow, and not as lost, when other events are certainly slow', () => {
    const { cause, arrive, deliveries, result } = room(['ann', 'bob']);
    for (let guest = 0; guest < 40; guest++) {
      const [name, at] = [`guest ${guest}`, 100 * guest + 1];
      cause('participant-joined', name, at);
      for (const member of ['ann', 'bob'])
        arrive('participant-joined', name, member, at + (guest % 10 === 5 ? 900 : 2));
    }
    for (let now = 1000; now < 30_000; now += 1000) deliveries.settle(now);
    cause(RAISED, 'ann', 40_000);
    cause(RAISED, 'ann', 40_700);
    arrive(RAISED, 'ann', 'bob', 40_702);
    arrive(RAISED, 'ann', 'bob', 40_900);
    const { latencies, lost, duplicates } = result(90_000);
    // The events of four guests at both members, and this event.
    expect(latencies.filter((ms) => ms === 900).length).toBe(9);
    expect([lost, duplicates]).toEqual([0, 0]);
  });

  test('matches the next event with its own call after a lost event', () => {
    const { cause, arrive, result } = room(['ann', 'bob']);
    for (let call = 0; call < 10; call++) {
      cause(RAISED, 'ann', call * 2000 + 1);
      if (call % 3 !== 0) arrive(RAISED, 'ann', 'bob', call * 2000 + 3);
    }
    expect(result()).toEqual({ ...fine, latencies: new Array(6).fill(2), lost: 4 });
  });
});

test.describe('members who were present for part of the time', () => {
  test('ignores events of calls from before the member entered', () => {
    const { enter, cause, arrive, result } = room(['ann']);
    cause(RAISED, 'ann', 100);
    enter('bob', 105);
    enter('cem', 105);
    arrive(RAISED, 'ann', 'cem', 140);
    expect(result()).toEqual({ ...fine, latencies: [] });
  });

  test('matches the event for a member who entered between two calls with the second call', () => {
    const { enter, cause, arrive, result } = room(['ann']);
    cause(RAISED, 'ann', 100);
    enter('bob', 1000);
    cause(RAISED, 'ann', 2000);
    arrive(RAISED, 'ann', 'bob', 2030);
    expect(result()).toEqual({ ...fine, latencies: [30] });
  });

  test('does not judge deliveries to a member who left too soon after the call', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 110);
    leave('bob', 349);
    leave('cem', 349);
    expect(result()).toEqual({ ...fine, latencies: [], notJudged: 2 });
  });

  test('counts a delivery as lost if the member left long after the others received the event', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 400);
    leave('cem', 701);
    expect(result()).toEqual({ ...fine, latencies: [300], lost: 1 });
  });

  test('does not judge a delivery if the member left just after the others received the event', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 400);
    leave('cem', 699);
    expect(result()).toEqual({ ...fine, latencies: [300], notJudged: 1 });
  });

  test('counts a delivery as late if the member left after the limit while the service was late for others', () => {
    const { leave, cause, arrive, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 100 + LIMIT + 3000);
    leave('cem', 101 + LIMIT);
    expect(result()).toEqual({ ...fine, latencies: [], late: 2 });
  });
});

test.describe('the second in which a delivery is recorded', () => {
  const secondsOf = (timings: Timings, outcome: 'ok' | 'late' | 'lost' | 'aborted') =>
    timings
      .encode(60_000)
      .windows.filter(({ operations }) => operations['event.delivery']?.outcomes[outcome])
      .map(({ index }) => index);

  test('records a delivery in the second in which it arrived or was due', () => {
    const { timings, deliveries, cause, arrive, leave } = room(['ann', 'bob', 'cem', 'dan']);
    cause(RAISED, 'ann', 2990);
    arrive(RAISED, 'ann', 'bob', 3010);
    arrive(RAISED, 'ann', 'cem', 9500);
    for (let now = 1000; now <= 30_000; now += 1000) {
      deliveries.settle(now);
      timings.snapshot(now);
    }
    leave('dan', 30_000);
    expect(secondsOf(timings, 'ok')).toEqual([3]);
    expect(secondsOf(timings, 'late')).toEqual([9]);
    expect(secondsOf(timings, 'lost')).toEqual([7]);
  });

  test('sends each window once more when its deliveries are settled', () => {
    const { timings, deliveries, cause, arrive } = room(['ann', 'bob']);
    timings.operation('hand.raise').record('ok', 2900, 2950);
    cause(RAISED, 'ann', 2900);
    arrive(RAISED, 'ann', 'bob', 2910);
    const sent: [at: number, operations: string[]][] = [];
    for (let now = 1000; now <= 40_000; now += 1000) {
      deliveries.settle(now);
      for (const { operations } of timings.snapshot(now).windows) sent.push([now, Object.keys(operations)]);
    }
    expect(sent).toEqual([
      [3000, ['hand.raise']],
      [19_000, ['hand.raise', 'event.delivery']],
    ]);
  });
});

test('settles each delivery once, and keeps no settled data', () => {
  const { deliveries, enter, leave, cause, arrive, result } = room(['ann', 'bob']);
  const sizes: string[] = [];
  for (let round = 0; round < 200; round++) {
    const now = round * 1000;
    enter(`guest ${round}`, now + 2);
    cause(RAISED, 'ann', now + 1);
    arrive(RAISED, 'ann', 'bob', now + 11);
    leave(`guest ${round}`, now + 500);
    deliveries.settle(now + 900);
    deliveries.settle(now + 900);
    sizes.push(JSON.stringify(deliveries.held));
  }
  // After some seconds, the number of held deliveries stays the same.
  expect(new Set(sizes.slice(40)).size).toBe(1);
  expect(result(300_000)).toEqual({ ...fine, latencies: new Array(200).fill(10) });
  expect(deliveries.held).toEqual({ causes: 0, arrivals: 0, members: 2 });
});

test.describe('the experience of one member before its deliveries are settled', () => {
  test('reports the longest delivery, including unsettled ones, without side effects', () => {
    const { deliveries, cause, arrive, experienceOf, result } = room(['ann', 'bob']);
    cause(RAISED, 'ann', 100);
    arrive(RAISED, 'ann', 'bob', 400);
    deliveries.settle(101 + 3 * LIMIT);
    cause(LOWERED, 'ann', 20_000);
    cause(RAISED, 'ann', 20_100);
    arrive(LOWERED, 'ann', 'bob', 20_050);
    expect(experienceOf('bob', 20_200)).toEqual({ slowestMs: 300, missing: 0 });
    arrive(RAISED, 'ann', 'bob', 20_900);
    // Each arrival belongs to its own call.
    for (let asked = 0; asked < 2; asked++)
      expect(experienceOf('bob', 20_900)).toEqual({ slowestMs: 800, missing: 0 });
    expect(experienceOf('ann', 20_900)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(result()).toEqual({ ...fine, latencies: [50, 300, 800] });
  });

  test('counts an event as missing after its limit, and not before', () => {
    const { cause, experienceOf, leave, result } = room(['ann', 'bob', 'cem']);
    cause(RAISED, 'ann', 100);
    expect(experienceOf('bob', 100 + LIMIT)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(experienceOf('bob', 101 + LIMIT)).toEqual({ slowestMs: undefined, missing: 1 });
    // A member who left at once did not wait for the event.
    leave('cem', 200);
    expect(experienceOf('cem', 60_000)).toEqual({ slowestMs: undefined, missing: 0 });
    expect(result()).toEqual({ ...fine, latencies: [], lost: 1, notJudged: 1 });
  });
});
