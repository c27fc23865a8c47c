import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonText } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';

/** A start and an end, in ms since 1970. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The results of one run of all phases, with a load target that cannot be met. */
export interface Phases {
  readonly code: number | null;
  readonly records: readonly Pick<HistoryRecord, 'kind' | 'verdict' | 'reasons' | 'targets'>[];
  readonly load: Span;
  /** One for each question. */
  readonly conduct: readonly Span[];
  /** One for each experiment. */
  readonly chaos: readonly Span[];
  /** The start of each benchmark. */
  readonly bench: readonly number[];
}

/** Finds mistakes in the exit code, the verdicts, and the order of the phases. */
export function phaseMistakes({ code, records, load, chaos, bench, conduct }: Phases): string[] {
  return [
    ...(code === 1 ? [] : [`it ended with ${code}, not with 1`]),
    ...kinds.flatMap((kind) => verdictMistakes(kind, records)),
    ...(conduct.length > 0 ? [] : ['no question left an answer']),
    ...(chaos.length > 0 ? [] : ['no experiment left a journal']),
    ...(bench.length > 0 ? [] : ['no benchmark left a result']),
    ...(chaos.every(({ start }) => load.end <= start) ? [] : ['the experiments began before the load ended']),
    ...(bench.every((start) => chaos.every(({ end }) => end <= start))
      ? []
      : ['the benchmarks began before the experiments ended']),
    ...(conduct.every(({ start }) => bench.every((began) => began < start))
      ? []
      : ['the questions began before the benchmarks ended']),
  ];
}

const kinds = ['load', 'chaos', 'bench', 'conduct'] as const;

/** The load must fail. The other phases must not; on a busy machine they may be inconclusive with a reason. */
function verdictMistakes(kind: (typeof kinds)[number], records: Phases['records']): string[] {
  const own = records.filter((record) => record.kind === kind);
  const [record] = own;
  if (record === undefined) return [`${kind}: not run`];
  if (own.length > 1) return [`${kind}: ${own.length} records`];
  const { verdict, reasons, targets } = record;
  const wrong = [`${kind}: ${[verdict, ...reasons.map(reasonText)].join('; ')}`];
  if (kind === 'load') {
    const missed = targets.filter(({ state }) => state === 'missed').length;
    return verdict === 'failed' && missed > 0 ? [] : wrong;
  }
  if (verdict === 'inconclusive') return reasons.length > 0 ? [] : [`${kind}: inconclusive without a reason`];
  return verdict === 'passed' ? [] : wrong;
}

/** The times of the phases of a run, from the files in its folder. */
export function timesOf(folder: string): Pick<Phases, 'load' | 'conduct' | 'chaos' | 'bench'> {
  const { run } = jsonOf(join(folder, 'summary.json')) as { run: { startedAt: string; durationS: number } };
  const start = Date.parse(run.startedAt);
  const conduct = filesIn(join(folder, 'conduct')) as { startedAt: string; durationMs: number }[];
  const chaos = filesIn(join(folder, 'chaos')) as { start?: string; end: string }[];
  return {
    load: { start, end: start + run.durationS * 1000 },
    conduct: conduct.map(({ startedAt, durationMs }) => ({
      start: Date.parse(startedAt),
      end: Date.parse(startedAt) + durationMs,
    })),
    // The folder also has the timings of the experiments, which have no start.
    chaos: chaos.flatMap(({ start, end }) =>
      start === undefined ? [] : [{ start: Date.parse(start), end: Date.parse(end) }],
    ),
    bench: (filesIn(join(folder, 'bench')) as { startedAt: string }[]).map(({ startedAt }) =>
      Date.parse(startedAt),
    ),
  };
}

export function filesIn(folder: string): unknown[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => jsonOf(join(folder, name)));
}

function jsonOf(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
