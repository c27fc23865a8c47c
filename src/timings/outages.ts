import { isAction } from './catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from './encoded.ts';
import { addOutcomes, totalOfService } from './merged-timings.ts';

/** A time without answers from the service, in whole seconds since the release: from `fromS` to before `toS`. */
export interface Outage {
  readonly fromS: number;
  /** The second of the next answer; null without an answer until the end. */
  readonly toS: number | null;
  /** Calls without an answer. */
  readonly unanswered: number;
}

/** Outcomes without an answer, not even a refusal by the service itself. */
const UNANSWERED = ['timeout', 'refused', 'reset'] as const;

/** A single second, or one or two calls, without an answer is no outage. */
const SHORTEST_S = 2;
const FEWEST_CALLS = 3;

/**
 * The outages of the service: consecutive seconds in which calls ended, and none of them with an answer. A second in
 * which no call ended belongs to an outage if it is inside one. A call that times out ends later than it failed, so the
 * outage begins with the first known failure.
 */
export function outagesIn(windows: ReadonlyMap<number, readonly EncodedWindow[]>): Outage[] {
  const found: Outage[] = [];
  let open: { fromS: number; unanswered: number } | undefined;
  let last = 0;
  const close = (toS: number | null) => {
    if (open && (toS ?? last + 1) - open.fromS >= SHORTEST_S && open.unanswered >= FEWEST_CALLS)
      found.push({ ...open, toS });
    open = undefined;
  };
  for (const second of [...windows.keys()].sort((one, other) => one - other)) {
    last = second;
    const { answered, unanswered } = countsOf(windows.get(second)!);
    if (answered > 0) close(second);
    else if (unanswered > 0 || open) {
      open ??= { fromS: second, unanswered: 0 };
      open.unanswered += unanswered;
    }
  }
  close(null);
  return found;
}

function countsOf(parts: readonly EncodedWindow[]): { answered: number; unanswered: number } {
  const outcomes: OutcomeCounts = {};
  for (const { operations } of parts)
    for (const [name, { outcomes: counts }] of Object.entries(operations))
      if (isAction(name)) addOutcomes(outcomes, counts);
  const unanswered = UNANSWERED.reduce<number>((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  const { error = 0, 'page crashed': crashed = 0 } = outcomes;
  return { answered: totalOfService(outcomes) - unanswered - error - crashed, unanswered };
}
