import type { RunFacts } from '../../history/run-facts.ts';
import { judgeSoak } from '../../soak/judge.ts';
import type { SoakEvidence } from '../evidence/read.ts';
import { summariseLatency } from './latency.ts';
import { operationsOf } from './operations.ts';
import { activeS, roundOf, sessionsOf, timingsOf, totalsOf } from './soak-rounds.ts';
import type { SoakSummary } from './soak-schema.ts';
import { judgeTargets } from './soak-targets.ts';
import { answerOf, reasonsOf, verdictOf, worstFindings } from './soak-verdict.ts';

const S = 1000;

/**
 * The summary of a soak, from its rounds and from the samples of the service's metrics. It is failed if a metric grows,
 * a target is missed or a slice was lost; inconclusive if a metric is unsettled or too short, or nothing was measured;
 * interrupted if a user or a signal ended it, or its main process was killed.
 */
export function summariseSoak(evidence: SoakEvidence, facts: RunFacts): SoakSummary {
  const { plan, rounds } = evidence;
  const timings = timingsOf(rounds);
  const { targets, notJudged } = judgeTargets(evidence, timings);
  const metrics = judgeSoak(evidence);
  const findings = worstFindings(rounds);
  const reasons = reasonsOf({ evidence, targets, metrics, findings });
  const { service, settings, seed, network, versions, machine, runId: id, commit } = facts;
  const durationS = Math.max(0, ...rounds.map((one) => one.restedAtMs ?? one.endedAtMs)) / S;
  const summary: Omit<SoakSummary, 'answer'> = {
    schema: 'fullhouse/soak-summary/1',
    verdict: verdictOf({ plan, targets, metrics, findings, reasons }),
    reasons,
    partial: rounds.length < plan.rounds || rounds.some(({ isWhole }) => !isWhole),
    run: { id, name: plan.name, startedAt: plan.startedAt, durationS, plannedS: plan.forMs / S, commit },
    plan: {
      rounds: plan.rounds,
      workMs: plan.workMs,
      restMs: plan.restMs,
      sampleEveryMs: plan.sampleEveryMs,
      memoryLimitBytes: plan.memoryLimitBytes,
    },
    service,
    settings,
    seed,
    schedule: plan.schedule ?? '',
    network,
    versions,
    machine,
    rounds: rounds.map(roundOf),
    blocks: rounds.flatMap(({ blocks }) => blocks),
    sessions: sessionsOf(rounds),
    totals: totalsOf(timings.actions, activeS(rounds)),
    latency: summariseLatency(timings.actions.ok, timings.actions.earliest),
    operations: operationsOf(timings),
    targets,
    notJudged,
    metrics,
    unmeasured: [...(plan.unmeasured ?? [])],
  };
  return { ...summary, answer: { sentence: answerOf(summary) } };
}
