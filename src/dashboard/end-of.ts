import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isAgainst } from '../checks/check.ts';
import type { LiveRun } from '../live/live-run.ts';
import type { End, Report } from './frame.ts';

/** Possible reports of a finished run, in reading order. */
const REPORTS: readonly Report[] = [
  { title: 'Performance page', file: 'index.html' },
  { title: 'Summary', file: 'summary.md' },
  { title: 'Conduct', file: 'conduct.md' },
  { title: 'Playwright report', file: 'html/index.html' },
];

/** More sentences are in the reports. */
const MOST_SENTENCES = 8;

/** The end of a run, with the reports that exist in its folder. */
export function endOf(run: LiveRun, folder: string): End {
  const sentences = sentencesOf(run);
  const more = sentences.length - MOST_SENTENCES;
  return {
    verdict: run.verdict ?? 'interrupted',
    sentences: [
      ...sentences.slice(0, MOST_SENTENCES),
      ...(more > 0 ? [`${more} more: see the reports`] : []),
    ],
    folder: relative(process.cwd(), folder),
    reports: REPORTS.filter(({ file }) => existsSync(join(folder, file))),
  };
}

/** The load tests first, then the experiments and benchmarks that did not pass, then the failed tests of other phases. */
function sentencesOf({ conclusions, results, phases }: LiveRun): string[] {
  const isOnly = conclusions.length === 1;
  const ofLoad = conclusions.flatMap(({ name, sentences }) =>
    sentences.map((sentence) => (isOnly ? sentence : `${name}: ${sentence}`)),
  );
  const ofExperiments = results.experiments.flatMap(({ title, state, findings }) => {
    if (state === 'broken') return [`experiment "${title}" ended without a verdict`];
    if (state === 'running' || !isAgainst({ verdict: state })) return [];
    const [first] = findings.filter(isAgainst);
    return [`experiment "${title}" ${state}${first ? `: ${first.check}: ${first.message}` : ''}`];
  });
  const ofBenchmarks = results.benchmarks.flatMap(({ verdict, result }) =>
    verdict === 'passed' ? [] : [`benchmark "${result.title}" ${verdict}`],
  );
  const explained: Readonly<Record<string, number>> = {
    load: ofLoad.length,
    chaos: ofExperiments.length,
    bench: ofBenchmarks.length,
  };
  const ofPhases = phases.all.flatMap(({ name, failed, of }) =>
    failed === 0 || explained[name] ? [] : [`${name}: ${failed} of ${of} tests failed`],
  );
  return [...ofLoad, ...ofExperiments, ...ofBenchmarks, ...ofPhases];
}
