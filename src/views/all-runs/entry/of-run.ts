import { clock } from '../../../kernel/figures.ts';
import { recordWithoutLatencies } from '../../../results/records/crowd.ts';
import { recordOfSoak } from '../../../results/records/soak.ts';
import type { Summary, SummaryPercentile } from '../../../results/summary/schema.ts';
import type { CrowdReport } from '../../../results/summary/summarise-readable.ts';
import { recordsIn } from '../../answers.ts';
import { anchor } from '../../page/html.ts';
import { linkTo } from '../../page/link.ts';
import { sectionId } from '../../page/sections/section-list.ts';
import type { ReportPart, RunReport } from '../../report-part.ts';
import { type Figures, NO_FIGURES, phaseOfRecord } from './of-record.ts';
import type { Entry, EntryPhase } from './schema.ts';

/** `entry.json` of a run, from which the page of all runs is made. */
export const entryPart: ReportPart = {
  name: 'entry.json',
  async write(report, write) {
    const entry = entryOf(report);
    if (entry.phases.length > 0) await write('entry.json', `${JSON.stringify(entry)}\n`);
  },
};

export function entryOf(report: RunReport): Entry {
  return {
    schema: 'fullhouse/entry/1',
    runId: report.runId,
    phases: [...report.crowds.map(phaseOfCrowd), ...phaseOfSoak(report), ...otherPhases(report)],
  };
}

function phaseOfCrowd({ summary, evidence }: CrowdReport): EntryPhase {
  const { users, run, totals, capacity } = summary;
  if (capacity) return phaseOfSearch({ summary, evidence });
  const phase = phaseOfRecord(recordWithoutLatencies(summary, evidence), {
    users: users.peak,
    durationS: run.durationS,
    requests: totals.total,
    ...callFigures(summary),
  });
  return { ...phase, moment: momentOf(summary) };
}

/** The latencies of a search are those of many levels: only its answer is a figure. */
function phaseOfSearch({ summary, evidence }: Pick<CrowdReport, 'summary' | 'evidence'>): EntryPhase {
  const { run, totals, users } = summary;
  return phaseOfRecord(recordWithoutLatencies(summary, evidence), {
    ...NO_FIGURES,
    users: users.peak,
    durationS: run.durationS,
    requests: totals.total,
  });
}

function momentOf({ run, answer: { fromS, toS, operation } }: Summary): EntryPhase['moment'] {
  if (fromS === undefined || toS === undefined) return null;
  const section = sectionId(anchor('load', run.crowd), 'charts');
  const hash = linkTo({ section, ...(operation === undefined ? {} : { operation }), from: fromS, to: toS });
  return { hash, text: `${clock(fromS)} to ${clock(toS)}` };
}

/** The figures of all calls of a crowd, or of all crowds of a soak. */
function callFigures({ latency, totals }: Pick<Summary, 'latency'> & { readonly totals: CallTotals }) {
  return {
    p50Ms: msOf(latency?.p50),
    p95Ms: msOf(latency?.p95),
    p99Ms: msOf(latency?.p99),
    errorRatePercent: totals.errorRatePercent,
    perSecond: totals.perSecond,
  };
}

interface CallTotals {
  readonly errorRatePercent: number | null;
  readonly perSecond: number | null;
}

function msOf(percentile: SummaryPercentile | undefined): number | null {
  return percentile === undefined || 'needed' in percentile ? null : percentile.valueMs;
}

function phaseOfSoak({ soak, facts }: RunReport): EntryPhase[] {
  if (soak === undefined || facts === undefined) return [];
  const { evidence, summary } = soak;
  const { totals, blocks, run } = summary;
  const users = blocks.map((block) => block.users);
  return [
    phaseOfRecord(recordOfSoak(summary, evidence.rounds, facts), {
      users: users.length === 0 ? null : Math.round(Math.max(...users)),
      durationS: run.durationS,
      requests: totals.total,
      ...callFigures(summary),
    }),
  ];
}

function otherPhases(report: RunReport): EntryPhase[] {
  const durations = {
    load: null,
    capacity: null,
    soak: null,
    conduct: null,
    chaos: sum(report.experiments.map(({ journal }) => journal.duration)),
    bench: sum(report.benchmarks.map(({ seconds }) => seconds)),
  };
  return recordsIn(report).map((record): EntryPhase => {
    const figures: Figures = { ...NO_FIGURES, durationS: durations[record.kind] };
    return phaseOfRecord(record, figures);
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
