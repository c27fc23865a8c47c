import { machineOf, machineText } from '../../../history/machine.ts';
import { nameOfService } from '../../../history/new-record.ts';
import type { RunFacts } from '../../../history/run-facts.ts';
import { jsonInScript } from '../../../kernel/outside-text.ts';
import { lastLook } from '../../../kernel/secrets.ts';
import { type MeasuredBenchmark, measuredBenchmark } from '../../../live/live-results.ts';
import { distributionOf } from '../../../results/summary/distribution.ts';
import { summariseLatency } from '../../../results/summary/latency.ts';
import { totalOfService } from '../../../timings/merged-timings.ts';
import { recordsIn } from '../../answers.ts';
import type { ReportPart, RunReport } from '../../report-part.ts';
import { entryOf } from '../entry/of-run.ts';
import { curvesOfCrowd, curvesOfSoak, percentilesOf } from './of-crowd.ts';
import { type OperationCurves, type PhaseCurves, REGISTER, type RunCurves } from './schema.ts';

/**
 * `curves.js` of a run, for the page of all runs. A page of a `file:` URL cannot fetch JSON, but it can load a script:
 * this one only passes a text to one function, which reads it as JSON, so that no name in it can become markup or code.
 */
export const curvesPart: ReportPart = {
  name: 'curves.js',
  async write(report, write) {
    const curves = curvesOf(report);
    if (curves.entry.phases.length > 0) await write('curves.js', curvesScript(curves));
  },
};

export function curvesScript(curves: RunCurves): string {
  // The last look at the whole file knows secrets in JSON, but not in JSON within a script's text.
  return `${REGISTER}(${jsonInScript(lastLook(JSON.stringify(curves)))});\n`;
}

export function curvesOf(report: RunReport): RunCurves {
  const { crowds, soak, benchmarks, facts } = report;
  return {
    entry: entryOf(report),
    facts: facts === undefined ? [] : factsOf(facts),
    phases: [
      ...crowds.map(({ summary }) => curvesOfCrowd(summary)),
      ...(soak ? [curvesOfSoak(soak.summary)] : []),
      ...(benchmarks.length > 0 ? [curvesOfBenchmarks(benchmarks.map(measuredBenchmark))] : []),
      ...checked(report),
    ],
  };
}

function curvesOfBenchmarks(benchmarks: readonly MeasuredBenchmark[]): PhaseCurves {
  const operations = benchmarks.map(({ result, calls }): [string, OperationCurves] => {
    const count = totalOfService(calls.outcomes);
    const curves: OperationCurves = {
      count,
      failed: count - (calls.outcomes.ok ?? 0),
      ...percentilesOf(summariseLatency(calls.ok, calls.earliest)),
      percentiles: calls.ok.count > 0 ? distributionOf(calls).latency : null,
      series: null,
    };
    return [result.operation, curves];
  });
  return {
    kind: 'bench',
    name: 'operations',
    operations: Object.fromEntries(operations),
    users: null,
    checks: [],
  };
}

/** Phases with checks instead of measurements. */
function checked(report: RunReport): PhaseCurves[] {
  return recordsIn(report)
    .filter(({ kind }) => kind === 'chaos' || kind === 'conduct')
    .map(({ kind, name, checks }) => ({
      kind,
      name,
      operations: {},
      users: null,
      checks: checks.map(({ scope, check, verdict }) => [`${scope}: ${check}`, verdict] as const),
    }));
}

/** What may make two runs differ, in words. */
function factsOf(facts: RunFacts): RunCurves['facts'] {
  const { service, settings, seed, network, versions, machine, commit } = facts;
  const set = Object.entries(settings).filter(([, value]) => value !== undefined && value !== null);
  return [
    ['service', nameOfService(service, settings)],
    ['service offers', (service.offers ?? []).join(', ') || 'unknown'],
    ['commit', commit ?? 'no commit'],
    ['machine', machineText(machineOf(facts))],
    ['operating system', machine.os],
    ['network', network ?? 'direct'],
    ['seed', String(seed)],
    ...Object.entries(versions).map(([name, version]) => [`version of ${name}`, version] as const),
    ...set.sort().map(([name, value]) => [name, settingText(value)] as const),
  ];
}

function settingText(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
