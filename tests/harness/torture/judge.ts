import type { Case } from './plan.ts';
import type { Reach } from './reach.ts';
import type { Ended, TorturedRun } from './tortured-run.ts';

/** The limit of the evidence that a kill may lose. */
const MOST_LOST_MS = 10_000;

/** All observations of one case. */
export interface Observed {
  readonly run: TorturedRun;
  /** Leftover processes, ports and interfaces. */
  readonly left: readonly string[];
  /** Folders before the next run, and after it. */
  readonly folders: readonly string[];
  readonly foldersAfterNext: readonly string[];
  /** Undefined for a program without evidence. */
  readonly reach: Reach | undefined;
  /** `npx fullhouse report <run>`; undefined without a run. */
  readonly report: (Ended & { readonly verdicts: readonly string[] }) | undefined;
  readonly next: Ended & { readonly isBusy: boolean };
}

/** The faults of a case, one sentence each; empty if everything was right. */
export function faultsOf(one: Case, observed: Observed): string[] {
  const { run, left, next, report } = observed;
  return [
    ...(run.isOverdue ? ['the run did not end in time'] : []),
    ...left.map((what) => `left behind: ${what}`),
    ...foldersLeft(one, observed),
    ...textFaults('the run', run),
    ...disagreement('the run', run),
    ...notInterrupted(one, observed),
    ...lost(one, observed),
    ...(report ? reportFaults(one, observed, report) : []),
    ...nextFaults(next),
  ];
}

/** The lost evidence, in ms; undefined if it is not known. */
export function lostMs({ variant }: Case, { run, reach }: Observed): number | undefined {
  if (run.killedAtMs === undefined || reach?.toMs === undefined) return undefined;
  const { fromMs = Number.POSITIVE_INFINITY } = reach;
  // After the end of the crowd, nothing is recorded.
  const endMs = fromMs + Number(variant.settings.TEST_DURATION ?? Number.POSITIVE_INFINITY) * 1000;
  return Math.max(0, Math.min(run.killedAtMs, endMs) - reach.toMs);
}

/** The verdicts that a text prints: of crowds, of benchmarks, of experiments. */
export function printedVerdicts(output: string): string[] {
  const words = [...output.matchAll(/^\S{1,2} (PASSED|FAILED|INCONCLUSIVE|INTERRUPTED)\b/gm)].map(
    ([, word]) => word!,
  );
  const counts = /^Experiments: (.*)$/m.exec(output)?.[1] ?? '';
  const experiments = [...counts.matchAll(/([1-9]\d*) (passed|failed|inconclusive|interrupted)/g)].map(
    ([, , word]) => word!.toUpperCase(),
  );
  return [...words, ...experiments];
}

/** `exit code 1, INTERRUPTED`: the end of the process, and its verdicts. */
export function describeEnd({ code, signal, output }: Ended): string {
  return [signal ?? `exit code ${code}`, ...new Set(printedVerdicts(output))].join(', ');
}

/** The first line that no user should see; undefined without such a line. */
export function brokenLine(output: string): string | undefined {
  return output.split('\n').find((line) => /^\s+at .+:\d+:\d+\)?$|\bundefined\b|\bNaN\b/.test(line));
}

function textFaults(who: string, { output }: Ended): string[] {
  const line = brokenLine(output);
  return line === undefined ? [] : [`${who} printed a stack trace or a missing value: "${line.trim()}"`];
}

/** Whether the printed verdict and the exit code agree. */
function disagreement(who: string, { code, output }: Ended): string[] {
  const verdicts = printedVerdicts(output);
  const hasPassed = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'PASSED');
  if (code === 0 && verdicts.length > 0 && !hasPassed)
    return [`${who} ended with 0 and printed ${verdicts.join(', ')}`];
  const hasProblem = /^(✘|Error|\S.* could not )/m.test(output);
  if (code !== null && code !== 0 && hasPassed && !hasProblem)
    return [`${who} ended with ${code} and printed PASSED alone`];
  return [];
}

/** A run that gets one signal to end must print its results. */
function notInterrupted({ whom, signal, pauseS, program }: Case, { run }: Observed): string[] {
  const isAsked = (whom === 'main' || whom === 'everything') && signal !== 'SIGKILL' && pauseS === undefined;
  if (!isAsked || run.killedAtMs === undefined || run.isOverdue) return [];
  if (program !== 'load' || run.begunAtMs === undefined || run.begunAtMs > run.killedAtMs) return [];
  if (printedVerdicts(run.output).length > 0) return [];
  return [`${signal} during the crowd: no verdict was printed (ended with ${run.signal ?? run.code})`];
}

/** A killed process cannot remove its folder; the next run removes it. */
function foldersLeft(
  { signal, pauseS, whom }: Case,
  { folders, foldersAfterNext, next }: Observed,
): string[] {
  const canClear = signal !== 'SIGKILL' && pauseS === undefined && whom === 'main';
  return [
    ...(canClear ? folders.map((name) => `left behind: folder ${name}`) : []),
    // A run that was killed after its time limit also left its folders.
    ...(next.isOverdue ? [] : foldersAfterNext).map(
      (name) => `left behind after the next run: folder ${name}`,
    ),
  ];
}

function lost(one: Case, observed: Observed): string[] {
  const { run, reach } = observed;
  if (run.killedAtMs === undefined || reach === undefined) return [];
  const fromMs = reach.fromMs ?? run.begunAtMs;
  const hasRunMs = fromMs === undefined ? 0 : run.killedAtMs - fromMs;
  if (hasRunMs < MOST_LOST_MS) return [];
  const ms = lostMs(one, observed);
  if (ms === undefined) return [`no evidence of ${seconds(hasRunMs)} before the kill`];
  return ms > MOST_LOST_MS ? [`the evidence ends ${seconds(ms)} before the kill`] : [];
}

function reportFaults(
  one: Case,
  { reach, run }: Observed,
  report: NonNullable<Observed['report']>,
): string[] {
  const faults = textFaults('the report', report);
  if (report.isOverdue) faults.push('the report did not end in time');
  if (reach?.toMs === undefined) return faults;
  if (report.code !== 0) faults.push(`the report of the run ended with ${report.code ?? report.signal}`);
  if (one.program === 'load' && report.verdicts.length === 0) faults.push('the report has no verdict');
  if (isCutShort(one, run, reach) && report.verdicts.includes('passed'))
    faults.push('the report shows passed');
  return faults;
}

/** Whether the kill ended the run while participants still arrived. */
function isCutShort(
  { whom, program, variant }: Case,
  { killedAtMs }: TorturedRun,
  { fromMs }: Reach,
): boolean {
  const isWhole = whom === 'main' || whom === 'everything';
  if (program !== 'load' || !isWhole || killedAtMs === undefined || fromMs === undefined) return false;
  return killedAtMs < fromMs + Number(variant.settings.TEST_DURATION) * 1000;
}

function nextFaults(next: Observed['next']): string[] {
  const faults = [...textFaults('the next run', next), ...disagreement('the next run', next)];
  if (next.isOverdue) faults.push('the next run did not end in time');
  else if (next.code !== 0 && !next.isBusy)
    faults.push(`the next run ended with ${next.code ?? next.signal}`);
  return faults;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
