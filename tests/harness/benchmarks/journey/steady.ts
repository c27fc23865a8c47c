import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { isAction, ROOM_EVENTS } from '../../../../src/timings/catalogue.ts';

/** The use and the events of all slices together in whole seconds of a run. */
export interface Steady {
  readonly seconds: number;
  /** The CPU use of all workers, in cores. */
  readonly cores: number;
  readonly cpuMs: number;
  /** The answered requests of participants, of any kind. */
  readonly requests: number;
  /** The participants that left. */
  readonly sessions: number;
  /** The memory of all workers at the end of this part, in bytes. */
  readonly memoryBytes: number;
  /** The room events that arrived, also those that could not be judged. */
  readonly events: number;
  /** The smallest number of participants in one of its seconds. */
  readonly users: number;
}

/** The seconds from `from` to `to` of the run, counted from the release of the barrier. */
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
