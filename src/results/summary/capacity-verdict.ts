import { levelText, levelUnit } from '../../capacity/axis.ts';
import type { Capacity } from '../../capacity/evidence.ts';
import { isInterrupted } from '../../crowd/coordinator/messages.ts';
import { verdictSentence } from '../../history/answer.ts';
import { reasonsAgainst } from '../../history/past.ts';
import { type Reason, reasonText } from '../../history/reason.ts';
import { clock, counted } from '../../kernel/figures.ts';
import type { Judgement } from '../../targets/judgement.ts';
import type { Summary } from './schema.ts';
import { type Evidence, lostParts } from './verdict.ts';

/** The evidence of a crowd that searches a capacity. */
export interface Searched extends Evidence {
  readonly capacity: Capacity;
}

/** The subject of a reason and of a check: whether any level held. */
export const SOME_LEVEL_HOLDS = 'a level holds';

/**
 * The verdict of a capacity search. Passed: the capacity is known, or the required level held. Failed: a slice was lost,
 * counts do not add up, an answer was wrong, the service is gone, nothing holds, the required level does not hold, or the capacity became
 * lower. Inconclusive otherwise. Its levels miss limits and overload the load generator by design, so the limits of a
 * load are not judged.
 */
export function capacityVerdict(searched: Searched): Pick<Summary, 'verdict' | 'reasons'> {
  const reasons = reasonsOf(searched);
  return { verdict: judged(searched, reasons), reasons };
}

function judged({ crowd, capacity }: Searched, reasons: readonly Reason[]): Summary['verdict'] {
  const has = (...kinds: Reason['kind'][]) => reasons.some(({ kind }) => kinds.includes(kind));
  if (isCut(crowd, capacity)) return 'interrupted';
  if (has('slice lost', 'counts differ', 'wrong result', 'check failed', 'target missed')) return 'failed';
  if (crowd.reports.length === 0) return 'failed';
  if (has('no capacity', 'target inconclusive')) return 'inconclusive';
  if (has('regression')) return 'failed';
  return reasons.length === 0 ? 'passed' : 'inconclusive';
}

function isCut(crowd: Searched['crowd'], { answer }: Capacity): boolean {
  if (isInterrupted(crowd)) return true;
  // A service that is gone is a result, and no interruption.
  if (answer?.failure !== undefined) return false;
  return answer?.endedBy === 'interrupted' && crowd.lost.length === 0 && crowd.stopped === null;
}

function reasonsOf(searched: Searched): Reason[] {
  const { crowd, capacity, targets, discrepancies, doubts } = searched;
  return [
    ...lostParts(crowd),
    ...discrepancies.map((message): Reason => ({ kind: 'counts differ', message })),
    ...doubts.failed.map((message): Reason => ({ kind: 'wrong result', message })),
    ...stopOf(searched),
    ...targets.flatMap(belowLeast),
    ...unknownIn(capacity, targets),
    ...(crowd.comparison ? reasonsAgainst(crowd.comparison) : []),
  ];
}

/** The conductor ends the crowd after its answer; every other end is a reason. */
function stopOf({ crowd, capacity: { answer } }: Searched): Reason[] {
  const isEnd = answer !== null && answer.endedBy !== 'interrupted';
  if (crowd.stopped === null || (isEnd && !isInterrupted(crowd))) return [];
  return [{ kind: 'stopped early', message: `stopped early: ${crowd.stopped.reason}` }];
}

/** The required capacity (CAPACITY_AT_LEAST) as a target; none if no capacity is required. */
export function leastTarget({ axis, atLeast, answer, levels }: Capacity): Judgement[] {
  if (atLeast === null) return [];
  const unit = levelUnit(axis);
  const holds = answer === null ? null : answer.holds;
  return [
    {
      target: `capacity >= ${levelText(axis, atLeast)}`,
      statistic: 'capacity',
      comparator: '>=',
      limit: atLeast,
      unit,
      state: leastState(answer, atLeast),
      value: holds,
      ...(holds === null ? { problem: 'no data' as const } : {}),
      count: levels.length,
    },
  ];
}

function leastState(answer: Capacity['answer'], atLeast: number): Judgement['state'] {
  if (answer === null) return 'inconclusive';
  const { holds, breaks, endedBy } = answer;
  if (holds !== null && holds >= atLeast) return 'met';
  const isKnown = endedBy === 'found' || endedBy === 'nothing holds';
  return isKnown || (breaks !== null && breaks <= atLeast) ? 'missed' : 'inconclusive';
}

function belowLeast({ target, state, limit, unit }: Judgement): Reason[] {
  if (state === 'met') return [];
  const required = unit === '/s' ? `${limit} arrivals/s` : counted(limit, unit.replace(/s$/, ''));
  return state === 'missed'
    ? [{ kind: 'target missed', subject: target, message: `${required} are required` }]
    : [
        {
          kind: 'target inconclusive',
          subject: target,
          message: `it is not known whether the required ${required} hold`,
        },
      ];
}

/** Why the capacity is not known, although no level was required or the required one is not known either. */
function unknownIn({ answer, levels }: Capacity, [least]: readonly Judgement[]): Reason[] {
  if (answer === null)
    return [
      {
        kind: 'no capacity',
        message: `the search ended without an answer, after ${counted(levels.length, 'level')}`,
      },
    ];
  switch (answer.endedBy) {
    case 'found':
      return [];
    case 'interrupted':
      return answer.failure === undefined ? [] : [{ kind: 'check failed', message: answer.sentence }];
    case 'nothing holds':
      return [{ kind: 'check failed', subject: SOME_LEVEL_HOLDS, message: answer.sentence }];
    default:
      return least?.state === 'met' ? [] : [{ kind: 'no capacity', ...whyUnknown(answer.endedBy) }];
  }
}

function whyUnknown(endedBy: 'generator' | 'time' | 'at most'): Pick<Reason, 'message' | 'hint'> {
  switch (endedBy) {
    case 'generator':
      return {
        message: 'the load generator reached its limit before the service',
        hint: 'Use more workers or a larger machine',
      };
    case 'time':
      return {
        message: 'the time of the search was over before the capacity was known',
        hint: 'Use a longer CAPACITY_FOR (--for)',
      };
    case 'at most':
      return {
        message: 'the highest level that the search may try holds',
        hint: 'Use a higher CAPACITY_AT_MOST (--at-most), or require a level with --at-least',
      };
  }
}

/** `PASSED: 430 users hold, 452 do not (95% confidence); first at its limit: service CPU 0.98 of 1 core.` */
export function capacityAnswer(
  summary: Pick<Summary, 'verdict' | 'reasons' | 'run'>,
  capacity: Capacity,
): Summary['answer'] {
  const { verdict, reasons, run } = summary;
  const found = foundIn(capacity);
  // The sentence of the search says these already.
  const isSaid = ({ kind, message }: Reason) =>
    capacity.answer !== null && (kind === 'no capacity' || message === capacity.answer.sentence);
  const [cause, ...others] = reasons.filter((reason) => !isSaid(reason));
  // A search that proves nothing about the service begins with the cause.
  const isInvalid = cause !== undefined && INVALID.includes(cause.kind);
  const texts =
    cause === undefined ? [found] : isInvalid ? [reasonText(cause), found] : [found, reasonText(cause)];
  const more = others.length > 0 ? [counted(others.length, 'more reason')] : [];
  const text = [...texts, ...more]
    .filter((one) => one !== '')
    .map(withoutStop)
    .join('; ');
  const after = verdict === 'interrupted' && run.startedAt !== null ? { after: clock(run.durationS) } : {};
  return { sentence: verdictSentence(verdict, text, after) };
}

const INVALID: readonly Reason['kind'][] = ['slice lost', 'counts differ', 'wrong result'];

/** The answer of the search; without one, the highest level that held. */
function foundIn({ axis, answer, levels }: Capacity): string {
  if (answer !== null) {
    const { sentence, first } = answer;
    // A search that the load generator ended says so in its sentence.
    const isSaid = first === null || sentence.includes(withoutStop(first.message));
    return `${withoutStop(sentence)}${isSaid ? '' : `; first at its limit: ${withoutStop(first.message)}`}`;
  }
  const held = levels.filter(({ verdict }) => verdict === 'holds').map(({ level }) => level);
  return held.length === 0
    ? 'no level held until then'
    : `${levelText(axis, Math.max(...held))} held until then, not confirmed`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
