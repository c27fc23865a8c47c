import type { Round, SoakPlan } from '../../soak/evidence.ts';
import type { CrowdFigures } from '../../targets/crowd-figures.ts';
import { judge, judgementOf } from '../../targets/judge.ts';
import { type Judgement, worstFirst } from '../../targets/judgement.ts';
import { parseTargets, splitTargets } from '../../targets/parse.ts';
import type { CrowdFigure, Target } from '../../targets/target.ts';
import type { MergedTimings } from '../../timings/merged-timings.ts';
import type { SoakEvidence } from '../evidence/read.ts';
import { isLeftOut, unjudged } from './left-out.ts';
import { activeS } from './soak-rounds.ts';
import type { SoakSummary } from './soak-schema.ts';

/** Over the whole soak; a target about a worst window is judged in each round, and its worst round decides. */
export function judgeTargets({ plan, rounds }: SoakEvidence, timings: MergedTimings) {
  const seconds = activeS(rounds);
  const judged = { scheduleS: seconds, durationS: seconds, crowd: figuresOf(rounds) };
  const targets: Judgement[] = [];
  const notJudged: SoakSummary['notJudged'] = [];
  // Without a round, nothing meets or misses a target.
  for (const target of rounds.length === 0 ? [] : targetsOf(plan)) {
    const judgement =
      target.worstSeconds === undefined ? judge(target, timings, judged) : worstRound(target, rounds);
    if (isLeftOut(target, judgement, timings)) notJudged.push(unjudged(judgement));
    else targets.push(judgement);
  }
  return { targets, notJudged };
}

/** The targets of the soak, from its evidence. */
function targetsOf({ targets = [] }: Pick<SoakPlan, 'targets'>): Target[] {
  return targets.flatMap(({ text, ifMeasured }) =>
    parseTargets(splitTargets(text)).map((target) => ({ ...target, ...(ifMeasured ? { ifMeasured } : {}) })),
  );
}

function worstRound(target: Target, rounds: readonly Round[]): Judgement {
  const all = rounds.flatMap(({ number, worst = [] }) =>
    worst
      .filter((one) => one.target === target.text)
      .map((one) => ({ ...one, note: [`round ${number}`, one.note].filter(Boolean).join(': ') })),
  );
  const isUpper = target.comparator.startsWith('<');
  const [first] = all.sort((one, other) => {
    const byState = worstFirst(one, other);
    const byValue = (other.value ?? 0) - (one.value ?? 0);
    return byState !== 0 ? byState : isUpper ? byValue : -byValue;
  });
  return first ?? judgementOf(target, { problem: 'no data', count: 0, note: 'no round was long enough' });
}

/** The users that a round asks for are the same in each one: they do not add up, and its lowest round decides. */
const LOWEST: CrowdFigure = 'users reached';

/** The figures of the crowds of all rounds together. */
function figuresOf(rounds: readonly Round[]): CrowdFigures {
  const all: Record<string, { part: number; of: number }> = {};
  for (const { figures = {} } of rounds)
    for (const [name, one] of Object.entries(figures)) {
      const known = all[name];
      if (known === undefined) all[name] = one;
      else if (name === LOWEST) all[name] = one.part / one.of < known.part / known.of ? one : known;
      else all[name] = { part: known.part + one.part, of: known.of + one.of };
    }
  return all as CrowdFigures;
}
