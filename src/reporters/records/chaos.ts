import { type FindingVerdict, isAgainst, verdictOver } from '../../checks/check.ts';
import type { Journal } from '../../experiments/journal.ts';
import { newRecord, type Phase } from '../../history/new-record.ts';
import { type HistoryRecord, operationRecord } from '../../history/record.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';

/** One experiment with what its participants measured. */
export interface Experimented {
  readonly journal: Journal;
  readonly timings: EncodedTimings;
}

/** What is remembered of the experiments of one run. */
export function recordOfChaos(
  experiments: readonly Experimented[],
  of: Pick<Phase, 'facts' | 'parts'>,
): HistoryRecord {
  const starts = experiments.map(({ journal }) => Date.parse(journal.start));
  const verdicts = experiments.map(({ journal }) => journal.fullhouse.verdict);
  return {
    ...newRecord({ kind: 'chaos', name: 'experiments', at: new Date(Math.min(...starts)), ...of }),
    verdict: recordVerdict(verdicts),
    reasons: experiments.flatMap(({ journal }) =>
      reasonsOf(journal).map((reason) => `${nameOf(journal)}: ${reason}`),
    ),
    operations: Object.fromEntries(
      experiments.flatMap(({ journal, timings }) =>
        Object.entries(timings.operations).map(([name, operation]) => [
          `${nameOf(journal)}: ${name}`,
          operationRecord(operation),
        ]),
      ),
    ),
    figures: Object.fromEntries(experiments.flatMap(({ journal }) => figuresOf(journal))),
    checks: experiments.flatMap(({ journal }) =>
      findingsOf(journal).map(({ check, verdict, says }) => ({ of: nameOf(journal), check, verdict, says })),
    ),
  };
}

/** Experiments that are not applicable to the service decide nothing, unless there are no others. */
function recordVerdict(verdicts: readonly FindingVerdict[]): HistoryRecord['verdict'] {
  const verdict = verdictOver(verdicts);
  return verdict === 'passed' || verdict === 'failed' ? verdict : 'inconclusive';
}

/** Why its verdict is not "passed"; of one that broke off before it judged anything, where it broke off. */
function reasonsOf(journal: Journal): string[] {
  const against = findingsOf(journal).filter(isAgainst);
  if (against.length > 0 || !isAgainst(journal.fullhouse))
    return against.map(({ check, verdict, says }) => `${check} ${verdict}: ${says}`);
  if (journal.status === 'failed') return ['the steady state did not hold before the fault'];
  const broken = journal.run.find(({ exception }) => exception !== undefined);
  return [broken ? `${broken.activity.name}: ${broken.exception}` : 'it ended before it judged anything'];
}

function nameOf({ experiment }: Journal): string {
  return experiment.tags[0] ?? experiment.title;
}

function findingsOf({ fullhouse }: Journal) {
  return [...fullhouse.findings, ...fullhouse.checks.map(({ finding }) => finding)];
}

/** How long things took, by their facts such as `recovery time, ms`: what a trend says something of. */
function figuresOf(journal: Journal): [string, HistoryRecord['figures'][string]][] {
  return Object.entries(journal.fullhouse.facts).flatMap(([fact, value]) => {
    const [, name, unit] = /^(.+), (ms|s)$/.exec(fact) ?? [];
    if (!name || !unit || typeof value !== 'number') return [];
    return [[`${nameOf(journal)}: ${name}`, { value, unit, better: 'lower' as const }]];
  });
}
