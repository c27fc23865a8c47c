import { type Finding, found, foundInTime, proof } from '../checks/check.ts';
import type { Clock } from '../kernel/clock.ts';
import { counted } from '../kernel/figures.ts';
import { keptBusy, ProcessorTimes, type ProcessorUse } from '../kernel/processor-times.ts';
import type { Participant } from '../participants/participant.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';

/** The time between two calls of one member: within the contract's 60 reads a minute. */
const PAUSE_MS = 1100;

/** The P95 may get this much slower during the fault: more than the noise of a small cohort on a busy machine. */
const FACTOR = 3;
const SLACK_MS = 100;

/**
 * Participants on the direct path, without a fault, who must not notice the faults of the others. Each reads the meeting
 * about once a second; the calls before `damage()` are the reference for those after it.
 */
export class ControlCohort {
  readonly #before = LatencyHistogram.empty();
  readonly #during = LatencyHistogram.empty();
  readonly #ended = new AbortController();
  readonly #running: Promise<unknown>;
  readonly #processorsFrom: () => { use(): ProcessorUse };
  #processors: { use(): ProcessorUse } | undefined;
  #failures = 0;
  readonly #outcomes = new Map<string, number>();

  /** `processorsFrom` starts to measure the use of this machine's processors. */
  constructor(
    members: readonly Pick<Participant, 'getMeeting'>[],
    clock: Clock,
    processorsFrom: () => { use(): ProcessorUse } = () => new ProcessorTimes(),
  ) {
    this.#processorsFrom = processorsFrom;
    this.#running = Promise.all(
      members.map((member, index) => this.#keepReading(member, clock, index / members.length)),
    );
  }

  damage(): void {
    this.#processors = this.#processorsFrom();
  }

  /** Ends the reading, and judges whether the cohort noticed the fault. */
  async end(): Promise<Finding> {
    this.#ended.abort();
    await this.#running;
    const busy = this.#processors && keptBusy(this.#processors.use());
    const [before, during] = [p95(this.#before), p95(this.#during)];
    const count = this.#during.count + this.#failures;
    const message = `P95 ${ms(before)} before, ${ms(during)} during (${this.#before.count} and ${counted(count, 'call')})`;
    const check = 'the control cohort does not notice';
    if (this.#failures > 0) {
      const outcomes = [...this.#outcomes].map(([outcome, times]) => `${times} × ${outcome}`);
      const evidence = [`${counted(this.#failures, 'call')} failed: ${outcomes.join(', ')}`];
      return foundInTime(check, false, message, evidence);
    }
    if (before === null || during === null) return proof(check, false, 'too few calls to compare');
    if (during <= before * FACTOR + SLACK_MS) return found(check, true, message);
    const evidence = [`P95 rose from ${before.toFixed(1)} to ${during.toFixed(1)} ms`];
    return busy
      ? { check, verdict: 'inconclusive', message: `${message}; ${busy}`, evidence }
      : foundInTime(check, false, message, evidence);
  }

  #fail(outcome: string): void {
    this.#failures += 1;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  async #keepReading(member: Pick<Participant, 'getMeeting'>, clock: Clock, phase: number): Promise<void> {
    const { signal } = this.#ended;
    await clock.until(clock.now() + phase * PAUSE_MS, signal).catch(() => undefined); // the next line checks the signal
    while (!signal.aborted) {
      const startedAt = clock.now();
      const { outcome } = await member.getMeeting();
      const into = this.#processors ? this.#during : this.#before;
      if (outcome === 'ok') into.record(clock.now() - startedAt);
      else this.#fail(outcome);
      await clock.until(startedAt + PAUSE_MS, signal).catch(() => undefined);
    }
  }
}

function ms(latencyMs: number | null): string {
  return latencyMs === null ? 'not measured' : `${latencyMs.toFixed(1)} ms`;
}

function p95(latencies: LatencyHistogram): number | null {
  return latencies.count < 5 ? null : latencies.valueAtRank(Math.ceil(latencies.count * 0.95));
}
