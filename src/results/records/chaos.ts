import { type FindingVerdict, isAgainst, verdictOver } from '../../checks/check.ts';
import { findingsOf, type Journal } from '../../experiments/journal.ts';
import { newRecord, type Phase } from '../../history/new-record.ts';
import type { Reason } from '../../history/reason.ts';
import { type HistoryRecord, operationRecord } from '../../history/record.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';

/** One experiment with the measurements of its participants. */
export interface Experimented {
  readonly journal: Journal;
  readonly timings: EncodedTimings;
}

/** The record of the experiments of one run. */
export function recordOfChaos(
  experiments: readonly Experimented[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = experiments.map(({ journal }) => Date.parse(journal.start));
  const verdicts = experiments.map(({ journal }) => journal.fullhouse.verdict);
  return {
    ...newRecord({ kind: 'chaos', name: 'experiments', at: new Date(Math.min(...starts)), ...of }),
    verdict: recordVerdict(verdicts),
    reasons: [
      ...experiments.flatMap(({ journal }) =>
        reasonsOf(journal).map((reason) => ({ ...reason, scope: nameOf(journal) })),
      ),
      ...nothingTested(experiments),
    ],
    operations: Object.fromEntries(
      experiments.flatMap(({ journal, timings }) =>
        Object.entries(timings.operations).map(([name, operation]) => [
          `${nameOf(journal)}: ${name}`,
          { part: nameOf(journal), ...operationRecord(operation) },
        ]),
      ),
    ),
    figures: Object.fromEntries(experiments.flatMap(({ journal }) => figuresOf(journal))),
    checks: experiments.flatMap(({ journal }) =>
      findingsOf(journal).map(({ check, verdict, message }) => ({
        scope: nameOf(journal),
        check,
        verdict,
        message,
      })),
    ),
  };
}

/** Experiments that are not applicable to the service do not count, unless there are no others. */
function recordVerdict(verdicts: readonly FindingVerdict[]): HistoryRecord['verdict'] {
  const verdict = verdictOver(verdicts);
  return verdict === 'passed' || verdict === 'failed' ? verdict : 'inconclusive';
}

/** The reason of an inconclusive verdict when no experiment is applicable to the service. */
function nothingTested(experiments: readonly Experimented[]): Reason[] {
  if (experiments.some(({ journal }) => journal.fullhouse.verdict !== 'not applicable')) return [];
  const why = experiments.flatMap(({ journal }) => findingsOf(journal).map(({ message }) => message));
  const listed = [...new Set(why)].join('; ');
  return [{ kind: 'nothing tested', message: `no experiment is applicable to the service (${listed})` }];
}

/** Why the verdict is not "passed"; or the step at which the experiment ended before any judgement. */
function reasonsOf(journal: Journal): Reason[] {
  const against = findingsOf(journal).filter(isAgainst);
  if (against.length > 0 || !isAgainst(journal.fullhouse))
    return against.map(({ check, verdict, message }) => ({
      kind: verdict === 'failed' ? 'check failed' : 'check inconclusive',
      subject: check,
      message: `${check} ${verdict}: ${message}`,
    }));
  const kind = 'experiment aborted';
  if (journal.status === 'failed')
    return [{ kind, message: 'the steady state did not hold before the fault' }];
  const broken = journal.run.find(({ exception }) => exception !== undefined);
  const message = broken ? `${broken.activity.name}: ${broken.exception}` : 'it ended before any judgement';
  return [{ kind, message }];
}

function nameOf({ experiment }: Journal): string {
  return experiment.tags[0] ?? experiment.title;
}

/** Trends show the durations among the facts. */
function figuresOf(journal: Journal): [string, HistoryRecord['figures'][string]][] {
  const part = nameOf(journal);
  return journal.fullhouse.facts.flatMap(({ name, value, unit }) =>
    typeof value === 'number' && (unit === 'ms' || unit === 's')
      ? [[`${part}: ${name}`, { part, value, unit, better: 'lower' as const }]]
      : [],
  );
}
