import { allTimings, type SliceReport } from '../../../crowd/slice-report.ts';
import { isAction } from '../../../timings/catalogue.ts';
import { MergedOperation, MergedTimings } from '../../../timings/merged-timings.ts';
import type { CrowdEvidence } from '../../evidence/crowd-evidence.ts';
import { type Measure, standsOut } from './measure.ts';

/** One part of a crowd that alone causes a missed target. */
export interface Culprit {
  /** `meeting.join`, `slice 2 of 3`, `load machine 2 of 3`. */
  readonly name: string;
  /** What it does: a slow operation is slow, but a load machine gets slow answers. */
  readonly isHost: boolean;
  readonly part: MergedOperation;
  /** All others together. */
  readonly rest: MergedOperation;
}

/** The only operation that causes a missed target about all actions. */
export function operationOf(measure: Measure, { operations, actions }: MergedTimings): Culprit | undefined {
  if (measure.operation !== undefined) return undefined;
  const whole = measure.of(actions);
  const all = [...operations].filter(([name]) => isAction(name));
  const found = all.find(([, operation]) => standsOut(measure.of(operation), whole));
  if (!found || all.length < 2) return undefined;
  const [name, part] = found;
  return {
    name,
    isHost: false,
    part,
    rest: together(all.flatMap(([other, one]) => (other === name ? [] : [one]))),
  };
}

type Crowd = Pick<CrowdEvidence, 'reports' | 'mergedFrom' | 'expected'>;

/** The only machine or, on one machine, the only slice that causes a missed target. */
export function hostOf(measure: Measure, crowd: Crowd): Culprit | undefined {
  const hosts = hostsOf(crowd);
  if (hosts.length < 2) return undefined;
  const found = hosts.map(({ name, reports }) => {
    const timings = new MergedTimings(allTimings(reports));
    const { operation } = measure;
    const part =
      operation === undefined
        ? timings.actions
        : (timings.operations.get(operation) ?? new MergedOperation());
    return { name, part };
  });
  const whole = measure.of(together(found.map(({ part }) => part)));
  const culprit = found.find(({ part }) => standsOut(measure.of(part), whole));
  if (culprit === undefined) return undefined;
  return {
    ...culprit,
    isHost: true,
    rest: together(found.flatMap(({ name, part }) => (name === culprit.name ? [] : [part]))),
  };
}

function hostsOf({ reports, mergedFrom, expected }: Crowd): { name: string; reports: SliceReport[] }[] {
  const machines = mergedFrom?.of ?? 1;
  if (machines === 1)
    return reports.map((report) => ({
      name: `slice ${report.slice} of ${expected.length}`,
      reports: [report],
    }));
  const each = expected.length / machines;
  return Array.from({ length: machines }, (_, index) => ({
    name: `load machine ${index + 1} of ${machines}`,
    reports: reports.filter(({ slice }) => Math.ceil(slice / each) === index + 1),
  })).filter((one) => one.reports.length > 0);
}

function together(parts: readonly MergedOperation[]): MergedOperation {
  const sum = new MergedOperation();
  for (const part of parts) sum.addMerged(part);
  return sum;
}
