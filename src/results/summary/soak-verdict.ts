import { type SelfCheckFinding, standing } from '../../crowd/self-check.ts';
import { verdictSentence } from '../../history/answer.ts';
import { type Reason, reasonText, unmetReason } from '../../history/reason.ts';
import { clock, counted } from '../../kernel/figures.ts';
import type { MetricVerdict, Round, SoakPlan } from '../../soak/evidence.ts';
import { runAtLeastText } from '../../soak/verdict.ts';
import type { Judgement } from '../../targets/judgement.ts';
import type { SoakEvidence } from '../evidence/read.ts';
import type { SoakSummary } from './soak-schema.ts';
import { findingReason } from './verdict.ts';

/** In a soak of hours, a busy moment of the machine changes no verdict: this part of the rounds may have one. */
const BUSY_ROUNDS = 1 / 4;

function roundsWith(check: string, rounds: readonly Round[]): number {
  return rounds.filter(({ findings = [] }) => findings.some((one) => one.check === check)).length;
}

/** The worst finding about the load generator of each kind; a load that was late counts only if it often was. */
export function worstFindings(rounds: readonly Round[]): SelfCheckFinding[] {
  const worst = new Map<string, SelfCheckFinding>();
  for (const finding of rounds.flatMap(({ findings = [] }) => findings)) {
    const known = worst.get(finding.check);
    if (known === undefined || known.value < finding.value) worst.set(finding.check, finding);
  }
  return [...worst.values()].filter(
    ({ check, spoils }) => spoils !== 'load' || roundsWith(check, rounds) > BUSY_ROUNDS * rounds.length,
  );
}

interface Found {
  readonly evidence: SoakEvidence;
  readonly targets: readonly Judgement[];
  readonly metrics: readonly MetricVerdict[];
  readonly findings: readonly SelfCheckFinding[];
}

export function reasonsOf({ evidence: { plan, rounds }, targets, metrics, findings }: Found): Reason[] {
  const of = (verdict: MetricVerdict['verdict'], kind: Reason['kind']) =>
    metrics
      .filter((one) => one.verdict === verdict)
      .map(({ metric, message }): Reason => ({ kind, subject: metric, message }));
  return [
    ...notStarted(plan, rounds),
    ...growing(metrics),
    ...rounds.flatMap(({ number, lost = [] }) =>
      lost.map(
        (slice): Reason => ({ kind: 'slice lost', message: `slice ${slice} was lost in round ${number}` }),
      ),
    ),
    ...rounds.flatMap(({ number, discrepancies = [] }) =>
      discrepancies.map((text): Reason => ({ kind: 'counts differ', message: `round ${number}: ${text}` })),
    ),
    ...(plan.stopped && plan.notBegun === undefined
      ? [{ kind: 'stopped early' as const, message: `stopped early: ${plan.stopped.reason}` }]
      : []),
    ...targets.filter(({ state }) => state !== 'met').map((target) => unmetReason(target)),
    ...standing(findings, targets).map((finding) => inRounds(finding, rounds)),
    ...of('unsettled', 'check inconclusive'),
    ...tooShort(metrics),
    ...(rounds.length > 0 && metrics.length === 0 ? [nothingMeasured(plan)] : []),
  ];
}

/** Metrics that grow with their own reason. */
const OWN_REASONS = 2;

/** A leak shows in many metrics, of which the first names the cause: the others follow in one reason. */
function growing(metrics: readonly MetricVerdict[]): Reason[] {
  const all = metrics.filter(({ verdict }) => verdict === 'grows');
  const own = all.length <= OWN_REASONS + 1 ? all : all.slice(0, OWN_REASONS);
  const others = all.slice(own.length);
  const reasons = own.map(
    ({ metric, message }): Reason => ({ kind: 'check failed', subject: metric, message }),
  );
  if (others.length === 0) return reasons;
  const message = `${counted(others.length, 'other metric')} grow too: ${others.map(({ label }) => label).join(', ')}`;
  return [...reasons, { kind: 'check failed', message }];
}

/** A short soak is too short for most metrics: one reason for all of them. */
function tooShort(metrics: readonly MetricVerdict[]): Reason[] {
  const short = metrics.filter(({ verdict }) => verdict === 'too short');
  const [only, ...others] = short;
  if (only === undefined) return [];
  if (others.length === 0)
    return [{ kind: 'check inconclusive', subject: only.metric, message: only.message }];
  const longestMs = Math.max(...short.map(({ runAtLeastMs }) => runAtLeastMs ?? 0));
  const message = `too short for a verdict on ${counted(short.length, 'metric')}: ${runAtLeastText(longestMs)}`;
  return [{ kind: 'check inconclusive', message }];
}

/** A round that could not begin, such as one of a service that is gone; and a soak without any round. */
function notStarted({ stopped, notBegun }: SoakPlan, rounds: readonly Round[]): Reason[] {
  const why = notBegun ?? stopped?.reason;
  if (rounds.length > 0 && notBegun === undefined) return [];
  const done = rounds.length === 0 ? 'no round was finished' : 'the soak ended early';
  return [{ kind: 'not started', message: why === undefined ? done : `${done}: ${why}` }];
}

function nothingMeasured({ unmeasured = [] }: SoakPlan): Reason {
  const message = ['no metric of the service was measured', ...unmeasured].join('; ');
  return { kind: 'nothing tested', message };
}

/** The worst value, and how many rounds had the problem. */
function inRounds(finding: SelfCheckFinding, rounds: readonly Round[]): Reason {
  const count = roundsWith(finding.check, rounds);
  const reason = findingReason(finding);
  return { ...reason, message: `${reason.message}, in ${count} of ${counted(rounds.length, 'round')}` };
}

export function verdictOf({
  plan,
  targets,
  metrics,
  findings,
  reasons,
}: Pick<Found, 'targets' | 'metrics' | 'findings'> & {
  readonly plan: SoakPlan;
  readonly reasons: readonly Reason[];
}): SoakSummary['verdict'] {
  if (plan.stopped?.isInterrupted) return 'interrupted';
  const has = (...kinds: Reason['kind'][]) => reasons.some(({ kind }) => kinds.includes(kind));
  if (has('not started', 'slice lost', 'counts differ')) return 'failed';
  // A metric of the service grows whatever the load generator did.
  if (metrics.some(({ verdict }) => verdict === 'grows')) return 'failed';
  const doubtful = standing(findings, targets);
  if (doubtful.some(({ spoils }) => spoils === 'everything')) return 'inconclusive';
  if (targets.some(({ state }) => state === 'missed')) return 'failed';
  return reasons.length === 0 ? 'passed' : 'inconclusive';
}

/** What an interrupted soak had found by then: its other reasons only say that it was short. */
const FOUND: readonly Reason['kind'][] = ['check failed', 'target missed', 'slice lost', 'counts differ'];

export function answerOf(summary: Omit<SoakSummary, 'answer'>): string {
  const { verdict, reasons, metrics, rounds, sessions, run } = summary;
  const done = `${counted(rounds.length, 'round')} with ${counted(sessions.completed, 'session')}`;
  if (verdict === 'passed')
    return verdictSentence(verdict, `all ${counted(metrics.length, 'metric')} stayed flat over ${done}`);
  const named = reasons.filter(({ kind }) => verdict !== 'interrupted' || FOUND.includes(kind));
  const [first, ...others] = named;
  const more = others.length === 0 ? [] : [counted(others.length, 'more reason')];
  if (verdict === 'interrupted') {
    const text = first === undefined ? `nothing grew over ${done}` : `${reasonText(first)}; ${done}`;
    return verdictSentence(verdict, text, { after: clock(run.durationS) });
  }
  return verdictSentence(verdict, [first === undefined ? done : reasonText(first), ...more].join('; '));
}
