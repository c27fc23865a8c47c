import { getEventListeners } from 'node:events';
import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { LeaveRequest } from '../../../src/participants/leave-request.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

/** Begins a pause, and records its result and its end. */
function pausing(clock: VirtualClock, request: LeaveRequest, due: number, chance = 0.5, own?: AbortSignal) {
  const seen: { goesOn?: boolean; at?: number } = {};
  void request
    .pause(due, () => chance, own)
    .then((goesOn) => Object.assign(seen, { goesOn, at: clock.now() }));
  return seen;
}

test('a pause ends at its due time without a leave request', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  const seen = pausing(clock, request, 700);
  await clock.advanceTo(5000);
  expect(seen).toEqual({ goesOn: true, at: 700 });
  expect(request.isAsked).toBe(false);
});

test('a short pause ends when due, and a long pause ends at a random time in the leave period', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  const [short, long, last] = [
    pausing(clock, request, 1700),
    pausing(clock, request, 60_000, 0.25),
    pausing(clock, request, 60_000, 0.999),
  ];
  await clock.advanceTo(1000);
  request.ask(2000);
  await clock.advanceTo(5000);
  expect(short).toEqual({ goesOn: false, at: 1700 });
  expect(long).toEqual({ goesOn: false, at: 1500 });
  expect(last).toEqual({ goesOn: false, at: 2998 });
  expect(clock.waiting).toBe(0);
});

test('a pause that begins after the leave request ends within the remaining leave period', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  request.ask(2000);
  await clock.advanceTo(1000);
  const [short, long] = [pausing(clock, request, 1200), pausing(clock, request, 9000)];
  await clock.advanceTo(4000);
  expect([short, long]).toEqual([
    { goesOn: false, at: 1200 },
    { goesOn: false, at: 1500 },
  ]);
  const late = pausing(clock, request, 9000);
  await clock.advanceTo(4000);
  expect(late).toEqual({ goesOn: false, at: 4000 });
});

test('a second leave request can only shorten the leave period', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  const seen = pausing(clock, request, 60_000, 0.8);
  request.ask(5000);
  await clock.advanceTo(1000);
  request.ask(2000);
  request.ask(50_000);
  await clock.advanceTo(10_000);
  expect(seen).toEqual({ goesOn: false, at: 1000 + 2000 * 0.8 });
});

test('an abort signal ends its own pause at once', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  const own = new AbortController();
  const seen = pausing(clock, request, 60_000, 0.5, own.signal);
  const asked = pausing(clock, request, 60_000, 0.5, new AbortController().signal);
  await clock.advanceTo(300);
  own.abort();
  await clock.advanceTo(400);
  expect(seen).toEqual({ goesOn: false, at: 300 });
  request.ask(2000);
  await clock.advanceTo(9000);
  expect(asked).toEqual({ goesOn: false, at: 1400 });
  expect(getEventListeners(own.signal, 'abort')).toEqual([]);
});

test('10,000 participants leave evenly over the leave period', async () => {
  const clock = new VirtualClock();
  const request = new LeaveRequest(clock);
  const random = seeded('leaving');
  const left: number[] = [];
  for (let user = 0; user < 10_000; user++)
    void request.pause(3_600_000 * random(), random).then(() => left.push(clock.now()));
  request.ask(5000);
  await clock.advanceTo(5000);
  expect(left).toHaveLength(10_000);
  for (let tenth = 0; tenth < 10; tenth++) {
    const inIt = left.filter((at) => at >= tenth * 500 && at < (tenth + 1) * 500).length;
    expect(inIt).toBeGreaterThan(900);
    expect(inIt).toBeLessThan(1100);
  }
});

test('pauses share one abort listener', async () => {
  const { addEventListener } = EventTarget.prototype;
  let added = 0;
  EventTarget.prototype.addEventListener = function (...listener) {
    added += 1;
    return addEventListener.apply(this, listener);
  };
  try {
    const request = new LeaveRequest(systemClock);
    const random = seeded('pauses');
    const pauses = Array.from({ length: 1000 }, () => request.pause(systemClock.now() + 3_600_000, random));
    expect(added).toBe(1);
    request.ask(0);
    expect(new Set(await Promise.all(pauses))).toEqual(new Set([false]));
  } finally {
    EventTarget.prototype.addEventListener = addEventListener;
  }
});
