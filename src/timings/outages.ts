import { isAction } from './catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from './encoded.ts';
import { addOutcomes, totalOfService } from './merged-timings.ts';

/** A time in which the service answered nothing, in whole seconds since the release: from the first to before `toS`. */
export interface Outage {
  readonly fromS: number;
  /** The second in which something was answered again; null when nothing was until the end. */
  readonly toS: number | null;
  /** Calls without an answer. */
  readonly unanswered: number;
}

/** Nothing came back: not even a refusal by the service itself. */
const UNANSWERED = ['timeout', 'refused', 'reset'] as const;

/** A single second without an answer, or one call or two of them, is no outage of a service. */
const SHORTEST_S = 2;
const FEWEST_CALLS = 3;

/**
 * When the service was gone: consecutive seconds in which calls ended and none of them with an answer. A second in which
 * nothing ended is part of an outage when it lies within one. Calls that time out end later than they failed, so an
 * outage begins as late as the first one that is known.
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
