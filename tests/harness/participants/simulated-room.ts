import { type Random, seeded } from '../../../src/kernel/random.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { EventDeliveries, type RoomMember } from '../../../src/participants/event-deliveries.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';

const LIMIT_MS = 5000;

/** The simulated delivery of an event to one member: the delays of all copies that arrive. */
export type OnItsWay = (random: Random) => readonly number[];

export interface SimulatedRoom {
  readonly seed: string;
  readonly seconds: number;
  readonly users: number;
  /** How long a member stays, and how long it thinks between two calls. */
  readonly stayMs: number;
  readonly thinkMs: number;
  readonly onItsWay: OnItsWay;
}

type Happening = { readonly at: number; readonly happens: () => void };

/**
 * Simulates a room whose members join, raise and lower their hands, and leave. Another user takes a free seat at once.
 * Returns the measured figures, and the truth about all deliveries.
 */
export function simulate({ seed, seconds, users, stayMs, thinkMs, onItsWay }: SimulatedRoom) {
  const random = seeded(seed);
  const timings = new Timings(0);
  const deliveries = new EventDeliveries(
    timings.operation('event.delivery'),
    LIMIT_MS,
    referenceContract().causedEvents,
  );
  const endMs = seconds * 1000;
  const members: (RoomMember & { readonly until: number })[] = [];
  const happenings: Happening[] = [];
  const then = (at: number, happens: () => void) => happenings.push({ at, happens });

  for (let seat = 0; seat < users; seat++) {
    let enteredAt = random() * thinkMs;
    for (let visit = 0; enteredAt < endMs; visit++) {
      const until = enteredAt + stayMs * (0.8 + 0.4 * random());
      const member = { userId: `${seat}-${visit}`, meetingId: 'm', enteredAt, until };
      members.push(member);
      then(enteredAt, () => deliveries.entered(member));
      then(until, () => deliveries.left(member, until));
      enteredAt = until + 1;
    }
  }
  const truth = { deliveries: 0, lost: 0, late: 0, twice: 0, latencies: [] as number[] };
  const call = (event: string, member: (typeof members)[number], startedAt: number) => {
    const { userId } = member;
    then(startedAt, () => deliveries.caused({ event, meetingId: 'm', userId, key: userId, startedAt }));
    for (const other of members) {
      if (other === member || other.enteredAt >= startedAt || other.until <= startedAt) continue;
      const delays = onItsWay(random);
      for (const delay of delays) {
        const at = startedAt + delay;
        if (at < other.until) then(at, () => deliveries.arrived(event, userId, userId, other, at));
      }
      truth.deliveries += 1;
      if (delays.length === 0) truth.lost += 1;
      else if (delays[0]! > LIMIT_MS) truth.late += 1;
      if (delays.length > 1) truth.twice += 1;
      if (delays.length > 0) truth.latencies.push(delays[0]!);
    }
  };
  for (const member of members) {
    call('participant-joined', member, member.enteredAt - 5);
    let isUp = false;
    for (
      let at = member.enteredAt + thinkMs * random();
      at < member.until;
      at += thinkMs * (0.5 + random())
    ) {
      call(isUp ? 'hand-lowered' : 'hand-raised', member, at);
      isUp = !isUp;
    }
    call('participant-left', member, member.until);
  }
  happenings.sort((one, other) => one.at - other.at);
  let nextSecond = 1000;
  for (const { at, happens } of happenings) {
    for (; nextSecond <= at; nextSecond += 1000) {
      deliveries.settle(nextSecond);
      timings.snapshot(nextSecond);
    }
    happens();
  }
  deliveries.settleAll(nextSecond + LIMIT_MS);
  const merged = new MergedTimings([timings.encode(nextSecond + LIMIT_MS)]);
  const { outcomes, ok } = merged.operations.get('event.delivery')!;
  const { ok: arrived = 0, late = 0, lost = 0, aborted: notJudged = 0 } = outcomes;
  return {
    judged: arrived + late + lost,
    arrived,
    late,
    lost,
    notJudged,
    twice: deliveries.twice,
    unexplained: deliveries.unexplained,
    /** The percentage of the judged deliveries. */
    percent: (count: number) => (100 * count) / (arrived + late + lost),
    medianMs: ok.count === 0 ? Number.NaN : ok.valueAtRank(Math.ceil(ok.count / 2)),
    p99Ms: ok.count === 0 ? Number.NaN : ok.valueAtRank(Math.ceil(ok.count * 0.99)),
    maxMs: ok.maxMs,
    truth,
  };
}

/** The tolerance for a percentage of `count` samples: 4 standard errors, which nearly all samples keep. */
export function within(percent: number, count: number): number {
  return 4 * Math.sqrt((percent * (100 - percent)) / count) + 0.01;
}
