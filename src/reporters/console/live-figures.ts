import { allTimings, type ShareReport } from '../../crowd/share-report.ts';
import { MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import { percentile } from '../../timings/percentile.ts';
import { oneSecond } from '../../timings/worst-window.ts';
import { ms, number, perSecond, seconds } from '../wording.ts';

/** The last reports of one crowd's shares, as one line. */
export function liveLine(reports: readonly ShareReport[]): string {
  const timings = new MergedTimings(allTimings(reports));
  const { actions } = timings;
  const elapsedS = Math.max(0, ...reports.map(({ elapsedMs }) => elapsedMs)) / 1000;
  const users = reports.reduce((sum, report) => sum + report.users + (report.browsers?.users ?? 0), 0);
  // The last second that every share has closed.
  const lastSecond = Math.min(...reports.map(({ timings: { windows } }) => windows.at(-1)?.index ?? 0));
  const { outcomes } = oneSecond(timings.windows.get(lastSecond) ?? []);
  const p95 = percentile(actions.ok, 0.95);
  const errors = actions.total - actions.successful;
  return [
    seconds(elapsedS).padStart(7),
    `${number(users)} users`,
    perSecond(totalOf(outcomes)),
    `P95 ${'valueMs' in p95 ? ms(p95.valueMs) : '–'}`,
    `${number(errors)} errors`,
  ].join('  ·  ');
}
