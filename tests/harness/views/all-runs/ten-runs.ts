import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeAllRuns } from '../../../../src/views/all-runs/write.ts';
import { emptyFolder } from '../../history/records.ts';
import { keepRun, reportOf } from './listed.ts';

export const RUNS = 10;
export const evil = '<img src=x onerror=alert(1)>';

/** Writes ten runs and their page; returns its address. */
export async function tenRuns(): Promise<string> {
  const reports = emptyFolder();
  const runs = join(reports, 'runs');
  for (let minute = 0; minute < RUNS; minute++) {
    const slow = minute >= 7;
    const calls = [
      { latencyMs: slow ? 180 : 20 },
      { name: 'meeting.join', latencyMs: 30, everyMs: 200, count: 50 },
      ...(slow
        ? ([
            { name: evil, outcome: 'http 500', count: 5 },
            { name: evil, fromMs: 1050 },
          ] as const)
        : []),
    ];
    await keepRun(runs, reportOf(minute, { calls, settings: slow ? { MEETING_SIZE: '3' } : {} }));
  }
  await writeAllRuns({ runs, history: join(reports, 'history') });
  return pathToFileURL(join(reports, 'index.html')).href;
}
