import { expect, test } from '@playwright/test';
import { admitParticipants } from '../../../src/crowd/admit.ts';
import { constantArrivalRate } from '../../../src/crowd/schedules/index.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { MeetingsClient } from '../../../src/meetings/meetings-client.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { percentile } from '../../../src/timings/percentile.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';
import { type FakeAnswer, fakeContext, success, userNamed } from './fake-context.ts';

/** 100 calls a second for 10 s, each answered as `answer` says; all in virtual time. */
async function load(answer: (index: number, now: number) => FakeAnswer, users = 2000) {
  const clock = new VirtualClock();
  const timings = new Timings(0);
  let calls = 0;
  const api = new MeetingsClient({
    contract: referenceContract(),
    context: fakeContext(clock, () => answer(calls++, clock.now())),
    timings,
    clock,
    identity: userNamed('ada'),
  });
  let lastEnd = 0;
  let dropped = 0;
  const finished = admitParticipants({
    schedule: constantArrivalRate(100, { durationMs: 10_000, maxUsers: users }),
    clock,
    startedAt: 0,
    signal: new AbortController().signal,
    async begin(_, intendedAt) {
      const { endedAt } = await api.call('meeting.get', { meetingId: 'm', intendedAt });
      lastEnd = endedAt;
      return true;
    },
    full: () => {
      dropped += 1;
    },
  });
  await clock.runUntil(finished);
  await clock.advanceTo(60_000);
  const get = new MergedTimings([timings.encode(60_000)]).operations.get('meeting.get')!;
  return { get, dropped, lastEnd };
}

test.describe('the path of a measurement, from the call to the percentile', () => {
  for (const latencyMs of [5, 20, 100]) {
    test(`records ${latencyMs} ms for a service that answers after ${latencyMs} ms`, async () => {
      const { get, lastEnd } = await load(() => ({ ...success({ id: 'm' }), afterMs: latencyMs }));
      expect(get.outcomes).toEqual({ ok: 1000 });
      expect(lastEnd).toBe(9990 + latencyMs);
      expect([get.ok.minMs, get.ok.maxMs, get.ok.sumMs / 1000].map((ms) => +ms.toFixed(6))).toEqual([
        latencyMs,
        latencyMs,
        latencyMs,
      ]);
      for (const quantile of [0.5, 0.95, 0.99])
        expect(percentile(get.ok, quantile)).toMatchObject({ valueMs: expect.closeTo(latencyMs, 6) });
      expect(get.lateStart.maxMs).toBe(0);
    });
  }

  test('shows 300 ms in the P95 and not in the P50 when one call in ten takes that long', async () => {
    const { get } = await load((index) => ({
      ...success({ id: 'm' }),
      afterMs: index % 10 === 9 ? 300 : 20,
    }));
    expect(percentile(get.ok, 0.5)).toMatchObject({ valueMs: expect.closeTo(20, 1) });
    expect(percentile(get.ok, 0.95)).toMatchObject({ valueMs: expect.closeTo(300, 0) });
  });

  test('records the latency of failed calls separately from successful calls', async () => {
    const { get } = await load((index) =>
      index % 2 ? { status: 503, afterMs: 700 } : { ...success({ id: 'm' }), afterMs: 10 },
    );
    expect(get.outcomes).toEqual({ ok: 500, 'http 503': 500 });
    expect([get.ok.maxMs, get.failed.minMs].map(Math.round)).toEqual([10, 700]);
  });

  test('counts a rate-limited call without a latency sample', async () => {
    const { get } = await load((index) =>
      index % 2
        ? { status: 429, type: 'text/plain', body: 'Too many', afterMs: 1 }
        : { ...success({ id: 'm' }), afterMs: 10 },
    );
    expect(get.outcomes).toEqual({ ok: 500, 'rate limited': 500 });
    expect([get.ok.count, get.failed.count]).toEqual([500, 0]);
  });

  test('shows a 1 s stall of the service in the response time of every call that was due during it', async () => {
    const { get } = await load((_, now) => ({
      ...success({ id: 'm' }),
      afterMs: now >= 5000 && now < 6000 ? 6005 - now : 5,
    }));
    // 100 of 1000 arrived in that second: the P95 lies in the middle of the stall.
    expect(percentile(get.response, 0.5)).toMatchObject({ valueMs: expect.closeTo(5, 1) });
    expect(percentile(get.response, 0.95)).toMatchObject({ valueMs: expect.closeTo(505, -1.3) });
    expect(get.response.maxMs).toBeCloseTo(1005, 6);
  });
});

test('shows a stall of the load generator in response time, not in service time', async () => {
  const clock = new VirtualClock();
  const timings = new Timings(0);
  const api = new MeetingsClient({
    contract: referenceContract(),
    context: fakeContext(clock, () => ({ ...success({ id: 'm' }), afterMs: 5 })),
    timings,
    clock,
    identity: userNamed('ada'),
  });
  // One user, a call due every 10 ms; from 5 s to 6 s nothing starts, and what was due then starts at 6 s.
  const calls: Promise<unknown>[] = [];
  for (let due = 0; due < 10_000; due += 10) {
    await clock.advanceTo(due >= 5000 && due < 6000 ? 6000 : due);
    calls.push(api.call('meeting.get', { meetingId: 'm', intendedAt: due }));
  }
  await clock.runUntil(Promise.all(calls));
  const get = new MergedTimings([timings.encode(clock.now())]).operations.get('meeting.get')!;
  expect(get.outcomes).toEqual({ ok: 1000 });
  expect(get.ok.maxMs).toBeCloseTo(5, 6);
  expect(percentile(get.response, 0.95)).toMatchObject({ valueMs: expect.closeTo(505, -1.3) });
  expect(get.response.maxMs).toBeCloseTo(1005, 6);
  expect(get.lateStart.maxMs).toBe(1000);
});
