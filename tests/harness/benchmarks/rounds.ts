import { once } from 'node:events';
import { median } from 'simple-statistics';
import { systemClock } from '../../../src/kernel/clock.ts';
import { forkPlain } from './known-service.ts';

/** The results of one round with one client. */
export interface Round {
  readonly callsPerSecond: number;
  readonly cpuMicrosPerCall: number;
  /** In whole milliseconds for autocannon. */
  readonly p50Ms: number;
  readonly calls: number;
}

export interface Load {
  readonly users: number;
  readonly seconds: number;
}

/** Makes one call of user `user`; rejects when it fails. */
export type Call = (user: number) => Promise<void>;

/** Each user makes its next call after each answer, as fast as possible. */
export async function closedLoop(call: Call, { users, seconds }: Load): Promise<Round> {
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = systemClock.now();
  const endsAt = startedAt + seconds * 1000;
  const user = async (_: unknown, index: number) => {
    for (let now = systemClock.now(); now < endsAt; ) {
      await call(index);
      const endedAt = systemClock.now();
      latencies.push(endedAt - now);
      now = endedAt;
    }
  };
  await Promise.all(Array.from({ length: users }, user));
  const elapsedSeconds = (systemClock.now() - startedAt) / 1000;
  const { user: userMicros, system } = process.cpuUsage(cpuBefore);
  return {
    calls: latencies.length,
    callsPerSecond: latencies.length / elapsedSeconds,
    cpuMicrosPerCall: (userMicros + system) / latencies.length,
    p50Ms: median(latencies),
  };
}

export async function autocannonRound(url: string, { users, seconds }: Load): Promise<Round> {
  const child = forkPlain('autocannon-round.mjs', [url, String(users), String(seconds)]);
  const exited = once(child, 'exit');
  const [round] = await once(child, 'message');
  await exited;
  if (round.failures > 0) throw new Error(`autocannon had ${round.failures} failures`);
  return {
    calls: round.calls,
    callsPerSecond: round.calls / round.seconds,
    cpuMicrosPerCall: round.cpuMicros / round.calls,
    p50Ms: round.p50Ms,
  };
}

export interface Arrivals extends Load {
  readonly ratePerSecond: number;
}

/**
 * Makes calls at a constant rate, independent of the answers. A call needs a user; when all users are busy, it starts late,
 * and `call` gets its due time.
 */
export async function openLoop(
  call: (user: number, intendedAt: number) => Promise<void>,
  { users, ratePerSecond, seconds }: Arrivals,
): Promise<void> {
  const free = Array.from({ length: users }, (_, index) => index);
  const waiting: number[] = [];
  const running = new Set<Promise<void>>();
  const serve = () => {
    while (waiting.length > 0 && free.length > 0) {
      const user = free.shift()!;
      const done = call(user, waiting.shift()!).finally(() => {
        running.delete(done);
        free.push(user);
        serve();
      });
      running.add(done);
    }
  };
  const startedAt = systemClock.now();
  const total = ratePerSecond * seconds;
  for (let index = 0; index < total; index++) {
    const dueAt = startedAt + (index * 1000) / ratePerSecond;
    await systemClock.until(dueAt);
    waiting.push(dueAt);
    serve();
  }
  while (running.size > 0) await Promise.all(running);
}
