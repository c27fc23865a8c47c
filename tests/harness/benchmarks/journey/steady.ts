import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { isAction, ROOM_EVENTS } from '../../../../src/timings/catalogue.ts';

/** What all slices together used and received in whole seconds of a run. */
export interface Steady {
  readonly seconds: number;
  /** Of all workers, in cores. */
  readonly cores: number;
  readonly cpuMs: number;
  /** What participants asked for and got an answer to, of any kind. */
  readonly requests: number;
  /** Those that left. */
  readonly sessions: number;
  /** Memory of all workers at the end of this part, in bytes. */
  readonly memoryBytes: number;
  /** Room events that arrived, whether they could be judged or not. */
  readonly events: number;
  /** The fewest participants that were there in any of its seconds. */
  readonly users: number;
}

/** The seconds from `from` up to `to` of the run, which count from the release of the barrier. */
export function steady(reports: readonly SliceReport[], from: number, to: number): Steady {
  let [cpuMs, lastedMs, memoryBytes, events, requests, sessions] = [0, 0, 0, 0, 0, 0];
  const users: number[] = Array.from({ length: to - from }, () => 0);
  for (const { samples, timings } of reports) {
    let since = 0;
    for (const sample of samples) {
      const isWithin = since >= from * 1000 - 500 && sample.atMs <= to * 1000 + 500;
      if (isWithin) {
        cpuMs += sample.cpu * (sample.atMs - since);
        lastedMs += sample.atMs - since;
      }
      since = sample.atMs;
    }
    memoryBytes += samples.findLast(({ atMs }) => atMs <= to * 1000 + 500)?.memoryBytes ?? 0;
    for (const { index, users: there, operations } of timings.windows) {
      if (index < from || index >= to) continue;
      users[index - from]! += there;
      for (const [name, { outcomes }] of Object.entries(operations)) {
        let count = 0;
        for (const times of Object.values(outcomes)) count += times ?? 0;
        if (name === ROOM_EVENTS) events += count;
        else if (isAction(name)) requests += count;
        if (name === 'meeting.leave') sessions += count;
      }
    }
  }
  const seconds = lastedMs / 1000 / reports.length;
  const cores = cpuMs / 1000 / seconds;
  return { seconds, cores, cpuMs, memoryBytes, events, requests, sessions, users: Math.min(...users) };
}
