import type { Outcome } from './outcome.ts';

/** Calls that are kept for each operation. */
const KEPT = 5;

/** One slow call, as files have it. */
export interface SlowCall {
  /** From the actual start to the complete answer, at the latest. */
  readonly ms: number;
  /** The end of the call, in ms since the release of the barrier. */
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly userId: string;
  /** Absent for a call without a meeting, such as a connect. */
  readonly meetingId?: string;
}

/** A call as it was recorded; the instants in ms of the clock of the records. */
export interface RecordedCall {
  readonly outcome: Outcome;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly userId: string;
  readonly meetingId: string | undefined;
}

/** The slowest calls of one operation in one slice, the slowest first. */
export class SlowestCalls {
  readonly #calls: RecordedCall[] = [];

  /** Whether a call of this latency is one of the slowest. Costs one comparison, so each call may ask. */
  includes(ms: number): boolean {
    return this.#calls.length < KEPT || ms > latencyOf(this.#calls[KEPT - 1]!);
  }

  keep(call: RecordedCall): void {
    if (!this.includes(latencyOf(call))) return;
    const place = this.#calls.findIndex((one) => latencyOf(one) < latencyOf(call));
    this.#calls.splice(place === -1 ? this.#calls.length : place, 0, call);
    if (this.#calls.length > KEPT) this.#calls.pop();
  }

  /** `startedAt`: the release of the barrier, in ms of the clock of the records. */
  encode(startedAt: number): SlowCall[] {
    return this.#calls.map(({ meetingId, ...call }) => ({
      ms: rounded(latencyOf(call)),
      atMs: rounded(Math.max(0, call.endedAt - startedAt)),
      outcome: call.outcome,
      userId: call.userId,
      ...(meetingId ? { meetingId } : {}),
    }));
  }
}

/** The slowest calls of several slices, the slowest first. */
export function slowestOf(calls: readonly SlowCall[]): SlowCall[] {
  return [...calls].sort((one, other) => other.ms - one.ms).slice(0, KEPT);
}

function latencyOf({ startedAt, endedAt }: Pick<RecordedCall, 'startedAt' | 'endedAt'>): number {
  return endedAt - startedAt;
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3));
}
