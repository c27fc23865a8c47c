import { machineText } from '../../../history/machine.ts';
import { ALL_ACTIONS, metricsOf, OVERALL_ERROR_RATE, OVERALL_THROUGHPUT } from '../../../history/metrics.ts';
import type { HistoryRecord } from '../../../history/record.ts';
import { provesSomething } from '../../../history/regressions.ts';
import type { EntryPhase, EntryTarget } from './schema.ts';
import { sentenceOf } from './sentence.ts';

export type Figures = Pick<
  EntryPhase,
  'users' | 'durationS' | 'requests' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'errorRatePercent' | 'perSecond'
>;

export const NO_FIGURES: Figures = {
  users: null,
  durationS: null,
  requests: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  errorRatePercent: null,
  perSecond: null,
};

/** The phase of a record of the history. `known`: figures that the record does not have. */
export function phaseOfRecord(record: HistoryRecord, known: Figures = figuresOf(record)): EntryPhase {
  const { kind, name, at, verdict, service, commit, targets } = record;
  return {
    kind,
    name,
    at,
    verdict,
    sentence: record.answer ?? sentenceOf(record),
    moment: null,
    service,
    commit,
    conditions: conditionsOf(record),
    isProof: provesSomething(record),
    ...known,
    targets: targets.map(entryTarget),
    durations: kind === 'chaos' || kind === 'capacity' ? durationsOf(record) : {},
  };
}

/** The latencies of all actions, from their histograms, their error rate and their throughput. */
function figuresOf(record: HistoryRecord): Figures {
  if (record.kind !== 'load') return NO_FIGURES;
  const metrics = metricsOf(record);
  const at = (quantile: string) => metrics.get(`${ALL_ACTIONS} ${quantile}`)?.value ?? null;
  return {
    ...NO_FIGURES,
    p50Ms: at('p50'),
    p95Ms: at('p95'),
    p99Ms: at('p99'),
    errorRatePercent: record.figures[OVERALL_ERROR_RATE]?.value ?? null,
    perSecond: record.figures[OVERALL_THROUGHPUT]?.value ?? null,
  };
}

/** Equal for comparable phases: the settings and the machine, in words. */
function conditionsOf({ settings, machine }: HistoryRecord): EntryPhase['conditions'] {
  const set = Object.entries(settings).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(set.sort().map(([name, value]) => [name, String(value)])),
    machine: `${machineText(machine)} (${machine.fingerprint})`,
  };
}

function durationsOf({ figures }: HistoryRecord): EntryPhase['durations'] {
  return Object.fromEntries(
    Object.entries(figures).map(([name, { value, unit }]) => [name, { value, unit }]),
  );
}

function entryTarget(judged: HistoryRecord['targets'][number]): EntryTarget {
  const { operation, each, statistic, worstSeconds, comparator, limit, unit, value, state } = judged;
  const name = [
    ...(worstSeconds === undefined ? [] : [`worst ${worstSeconds} s`]),
    ...(each ? ['each operation'] : operation === undefined ? [] : [operation]),
    statistic,
  ].join(' ');
  return { name, comparator, limit, unit, value, state };
}
