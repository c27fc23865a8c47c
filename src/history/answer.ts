import { counted } from '../kernel/figures.ts';
import { type Reason, reasonText } from './reason.ts';
import type { HistoryRecord } from './record.ts';

export type Verdict = HistoryRecord['verdict'];

/** The answer of one phase of a run. */
export interface PhaseAnswer {
  readonly kind: HistoryRecord['kind'];
  /** The crowd, `experiments`, `questions` or `operations`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Begins with the verdict in capitals. */
  readonly sentence: string;
}

/** `FAILED: latency p95 was 612 ms.`, `INTERRUPTED after 0:34: stopped early.` */
export function verdictSentence(
  verdict: Verdict,
  text: string,
  { after }: { readonly after?: string } = {},
): string {
  return `${verdict.toUpperCase()}${after === undefined ? '' : ` after ${after}`}: ${text.replace(/\.$/, '')}.`;
}

/** The text of a sentence without its verdict and its full stop. */
export function withoutVerdict(sentence: string): string {
  return sentence.replace(/^[A-Z]+(?: after [\d:]+)?: /, '').replace(/\.$/, '');
}

/** The verdict of the run is the first of these that a phase has. */
const worstFirst = ['failed', 'interrupted', 'inconclusive', 'passed'] as const;

export function worstVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  return worstFirst.find((one) => verdicts.includes(one));
}

/** The answer of a whole run: of its only phase, or of its worst phase with the verdicts of the others. */
export function runAnswer(
  phases: readonly PhaseAnswer[],
): Pick<PhaseAnswer, 'verdict' | 'sentence'> | undefined {
  const verdict = worstVerdict(phases.map((one) => one.verdict));
  const worst = phases.find((one) => one.verdict === verdict);
  if (verdict === undefined || worst === undefined || phases.length === 1) return worst;
  const others = phases.filter((one) => one !== worst).map((one) => `${nameOf(one, phases)} ${one.verdict}`);
  if (verdict === 'passed')
    return {
      verdict,
      sentence: verdictSentence(
        verdict,
        `${everything(phases)}: ${phases.map((one) => nameOf(one, phases)).join(', ')}`,
      ),
    };
  const text = `${nameOf(worst, phases)}: ${withoutVerdict(worst.sentence)}; ${others.join(', ')}`;
  return { verdict, sentence: verdictSentence(verdict, text) };
}

/** `all 2 load tests passed`, `all 3 phases passed` */
function everything(phases: readonly PhaseAnswer[]): string {
  const [first] = phases;
  const isOneKind = phases.every(({ kind }) => kind === first?.kind);
  return `all ${isOneKind && first ? counted(phases.length, ...words[first.kind]) : counted(phases.length, 'phase')} passed`;
}

/** `chaos`; `load meeting-sessions` if the run has several load tests. */
function nameOf({ kind, name }: PhaseAnswer, phases: readonly PhaseAnswer[]): string {
  return phases.filter((one) => one.kind === kind).length > 1 ? `${kind} ${name}` : kind;
}

/** What the tests of a phase are called. */
const words: Readonly<Record<HistoryRecord['kind'], readonly [one: string, several: string]>> = {
  load: ['load test', 'load tests'],
  capacity: ['capacity search', 'capacity searches'],
  soak: ['soak', 'soaks'],
  chaos: ['experiment', 'experiments'],
  bench: ['benchmark', 'benchmarks'],
  conduct: ['question', 'questions'],
};

const decisive: Readonly<Record<Verdict, readonly Reason['kind'][]>> = {
  failed: ['check failed', 'target missed', 'regression', 'experiment aborted', 'benchmark problem'],
  inconclusive: ['check inconclusive', 'target inconclusive', 'benchmark problem', 'not compared'],
  interrupted: [],
  passed: [],
};

/** The answer of a phase other than the load: how many of its tests did not pass, and the reason of the first one. */
export function phaseSentence(
  { kind, verdict, reasons }: Pick<HistoryRecord, 'kind' | 'verdict' | 'reasons'>,
  verdicts: readonly string[],
): string {
  const applicable = verdicts.filter((one) => one !== 'not applicable');
  const [one, several] = words[kind];
  const total = counted(applicable.length, one, several);
  if (verdict === 'passed')
    return verdictSentence(verdict, applicable.length === 1 ? `the ${one} passed` : `all ${total} passed`);
  const count = applicable.filter((each) => each === verdict).length;
  const first = reasons.find((reason) => decisive[verdict].includes(reason.kind)) ?? reasons[0];
  const facts = [
    ...(count > 0
      ? [
          `${count} of ${total} ${verdict === 'failed' ? 'failed' : `${count === 1 ? 'is' : 'are'} ${verdict}`}`,
        ]
      : []),
    ...(first === undefined ? [] : [reasonText(first)]),
    ...(reasons.length > 1 ? [counted(reasons.length - 1, 'more reason')] : []),
  ];
  return verdictSentence(verdict, facts.join('; '));
}
