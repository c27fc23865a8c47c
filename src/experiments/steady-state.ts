import type { Clock } from '../kernel/clock.ts';
import { withoutSecretsIn } from '../kernel/secrets.ts';
import { timed } from './activity.ts';
import { askUntil } from './ask-until.ts';
import type { Activity, SteadyState } from './journal.ts';

/** One probe of the running system, with the tolerated answer in words. */
export interface Probe {
  /** A sentence for reports: `the service serves the meeting`. */
  readonly name: string;
  /** The tolerated answer in words. */
  readonly tolerance: string;
  /** `value` goes to the journal, `ok` states whether it is tolerated. */
  ask(): Promise<{ readonly ok: boolean; readonly value: unknown }>;
}

const PAUSE_BETWEEN_PROBES_MS = 200;

/** Repeats all probes until each answer is tolerated, or until the timeout. */
export function steadyState(probes: readonly Probe[], withinMs: number, clock: Clock): Promise<SteadyState> {
  const askAll = async (): Promise<SteadyState> => {
    const asked: Activity[] = [];
    for (const probe of probes) asked.push(await ask(probe));
    return { steady_state_met: asked.every(({ tolerance_met }) => tolerance_met), probes: asked };
  };
  const isMet = (state: SteadyState) => state.steady_state_met;
  return askUntil(askAll, isMet, { withinMs, everyMs: PAUSE_BETWEEN_PROBES_MS, clock });
}

async function ask({ name, tolerance, ask }: Probe): Promise<Activity> {
  const asked = await timed({ name, type: 'probe', tolerance }, ask);
  if ('error' in asked) return { ...asked.noted, output: null, tolerance_met: false };
  const { ok, value } = asked.value;
  return { ...asked.noted, output: withoutSecretsIn(value), tolerance_met: ok };
}

/** The answers that are not tolerated, in one sentence. */
export function unmet({ probes }: SteadyState): string {
  return probes
    .filter(({ tolerance_met }) => !tolerance_met)
    .map(({ activity, output, exception }) => {
      const answer = exception ?? (output === null ? 'no answer' : JSON.stringify(output));
      return `${activity.name}: ${answer}, expected ${activity.tolerance}`;
    })
    .join('; ');
}
