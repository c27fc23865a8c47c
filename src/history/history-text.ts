import { counted } from '../kernel/figures.ts';
import { printable } from '../kernel/outside-text.ts';
import { plainTable } from '../kernel/plain-table.ts';
import { withoutVerdict } from './answer.ts';
import { comparisonKey, differences } from './comparability.ts';
import { machineText } from './machine.ts';
import type { HistoryRecord } from './record.ts';
import { type Phase, phasesIn, type Series } from './series.ts';
import { trendLines } from './trend-text.ts';
import { commitText, timeText } from './wording.ts';

export interface HistoryTextOptions {
  /** Part of the names of the metrics to show. Default: all watched metrics, except error rates of zero. */
  readonly metric?: string | undefined;
  /** The number of listed runs of each series, the last ones. */
  readonly runs: number;
  /** Also series that are not comparable with the last one of their kind and name. */
  readonly all?: boolean | undefined;
  readonly baselines: readonly HistoryRecord[];
}

const WIDTH = 100;
/** A space at which lines are not wrapped. */
const KEEP = '\u00a0';

/** The output of `npx fullhouse history` for these records, the oldest first. */
export function historyText(records: readonly HistoryRecord[], options: HistoryTextOptions): string[] {
  return phasesIn(records)
    .flatMap((phase, position) => [...(position > 0 ? [''] : []), ...phaseText(phase, options)])
    .map(printable);
}

/** All series of one kind and name: the last one in full, and the others on request. */
function phaseText(phase: Phase, options: HistoryTextOptions): string[] {
  const latest = phase.at(-1)!;
  const others = phase.slice(0, -1);
  if (!options.all) return [...seriesText(latest, options), ...othersText(latest, others)];
  return [
    ...others.flatMap((series) => [...seriesText(series, options, latest), '']),
    ...seriesText(latest, options),
  ];
}

/** A line for each series that is not shown, with the reason why it is separate. */
function othersText(latest: Series, others: readonly Series[]): string[] {
  if (others.length === 0) return [];
  return [
    '',
    '   series that are not comparable with this one (--all shows them):',
    ...others.flatMap((series) =>
      wrapped(
        `- ${counted(series.length, 'run')} until ${timeText(series.at(-1)!.at)}, ${differences(latest[0], series[0]).join('; ')}`,
      ),
    ),
  ];
}

function seriesText(series: Series, options: HistoryTextOptions, latest?: Series): string[] {
  const [first] = series;
  const { kind, name, service, machine, settings } = first;
  const set = Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([setting, value]) => `${setting} ${String(value).replace(/\.$/, '')}`.replaceAll(' ', KEEP));
  const title = `${kind} ${name}: ${counted(series.length, 'run')}`;
  return [
    `── ${title} ${'─'.repeat(Math.max(2, WIDTH - title.length - 4))}`,
    ...wrapped(`service ${service}, ${machineText(machine)}`),
    ...wrapped(set.join(', ')),
    ...(latest
      ? wrapped(`! not comparable with the last series: ${differences(latest[0], first).join('; ')}`)
      : []),
    ...wrapped(baselineText(series, options)),
    '',
    ...runLines(series, options),
    '',
    ...trendLines(series, options.metric),
  ];
}

function baselineText([record]: Series, { baselines }: HistoryTextOptions): string {
  const baseline = baselines.find((one) => comparisonKey(one) === comparisonKey(record));
  return baseline
    ? `baseline ${baseline.runId} of ${timeText(baseline.at)}`
    : 'No baseline yet. Accept a run with `npx fullhouse baseline`';
}

function runLines(series: Series, { runs, baselines }: HistoryTextOptions): string[] {
  const shown = series.slice(-runs);
  const facts = plainTable(
    shown.map(({ at, runId, commit, verdict }) => [timeText(at), runId, commitText(commit), verdict]),
    { left: [0, 1, 2, 3] },
  );
  const column = Math.max(...facts.map((line) => line.length));
  const hidden = series.length - shown.length;
  return [
    ...(hidden > 0 ? [`   ${counted(hidden, 'older run')} not listed (--runs ${series.length})`] : []),
    ...shown.flatMap((record, row) =>
      wrapped(`${facts[row]!.padEnd(column)}  ${marksOf(record, baselines)}`, ' '.repeat(column + 5)),
    ),
  ];
}

/** The remarks about a run, in one line. */
function marksOf(record: HistoryRecord, baselines: readonly HistoryRecord[]): string {
  const { kind, answer, runId, regressions, targets, checks } = record;
  const isBaseline = baselines.some(
    (one) => one.runId === runId && comparisonKey(one) === comparisonKey(record),
  );
  const worse = [...new Set(regressions.map(({ metric }) => metric))];
  const missed = targets.filter(({ state }) => state === 'missed').length;
  const failed = checks.filter(({ verdict }) => verdict === 'failed').length;
  return [
    ...(isBaseline ? ['baseline'] : []),
    // The answer of a search may have no figure: `at least 430 users`.
    ...(kind === 'capacity' && answer !== undefined ? [withoutVerdict(answer)] : []),
    ...(missed > 0 ? [`${counted(missed, 'target')} missed`] : []),
    ...(failed > 0 ? [`${counted(failed, 'check')} failed`] : []),
    ...(worse.length > 0 ? [`worse: ${worse.join(', ')}`] : []),
  ].join(', ');
}

/** Wraps a text at the width of the page; all lines but the first begin with `further`. */
function wrapped(text: string, further = '     '): string[] {
  const lines = ['  '];
  for (const word of text.trimEnd().split(' ')) {
    const last = lines.at(-1)!;
    if (last.length + 1 + word.length <= WIDTH || last.trim() === '')
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${further}${word}`);
  }
  return lines.map((line) => line.replaceAll(KEEP, ' '));
}
