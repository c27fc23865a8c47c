import { counted, number } from '../../kernel/figures.ts';
import { sumCounts } from '../../kernel/sum-counts.ts';
import type { Round } from '../../soak/evidence.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import { type MergedOperation, MergedTimings, totalOf } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import { countsOf } from './counts.ts';
import type { SoakSummary } from './soak-schema.ts';

const S = 1000;

/** The timings of all rounds together; their seconds are not kept. */
export function timingsOf(rounds: readonly Round[]): MergedTimings {
  return new MergedTimings(
    rounds.map(({ operations }) => ({
      operations: operations as EncodedTimings['operations'],
      windows: [],
    })),
  );
}

/** The time in which participants were active, in seconds. */
export function activeS(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs - startedAtMs, 0) / S;
}

export function roundOf(round: Round): SoakSummary['rounds'][number] {
  const { actions } = timingsOf([round]);
  const [p50Ms, p95Ms] = quantilesMs(actions.ok, [0.5, 0.95]);
  const { number, startedAtMs, endedAtMs, restedAtMs, isWhole, sessions, generator } = round;
  return {
    number,
    fromS: startedAtMs / S,
    workedS: (endedAtMs - startedAtMs) / S,
    restedS: restedAtMs === null ? null : (restedAtMs - endedAtMs) / S,
    isWhole,
    sessions: { started: sessions.started, completed: sessions.completed },
    calls: actions.total,
    failed: actions.total - actions.successful,
    p50Ms: p50Ms ?? null,
    p95Ms: p95Ms ?? null,
    generator: [...generator],
  };
}

export function sessionsOf(rounds: readonly Round[]): SoakSummary['sessions'] {
  const {
    started = 0,
    completed = 0,
    cutShort = 0,
    gaveUp = 0,
  } = sumCounts(
    rounds.map(({ sessions }) => ({
      started: sessions.started,
      completed: sessions.completed,
      cutShort: sessions.cutShort ?? 0,
      gaveUp: totalOf(sessions.gaveUp ?? {}),
    })),
  );
  return { started, completed, cutShort, gaveUp };
}

export function totalsOf(actions: MergedOperation, seconds: number): SoakSummary['totals'] {
  return { ...countsOf(actions), perSecond: seconds === 0 ? null : actions.total / seconds };
}

/** `Soak  round 3 of 12: 1,204 sessions, 0 failed, p95 41 ms` */
export function roundText(round: Round, of: number): string {
  const { sessions, failed, p95Ms } = roundOf(round);
  const p95 = p95Ms === null ? '' : `, p95 ${number(Math.round(p95Ms))} ms`;
  return `round ${round.number} of ${of}: ${counted(sessions.completed, 'session')}, ${number(failed)} failed${p95}`;
}
