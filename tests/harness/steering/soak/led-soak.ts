import { EventEmitter } from 'node:events';
import type { CrowdRecord, Stop } from '../../../../src/crowd/coordinator/messages.ts';
import { hold } from '../../../../src/crowd/schedules/index.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import type { Round, Sample, SoakPlan } from '../../../../src/soak/evidence.ts';
import { roundName } from '../../../../src/soak/round-name.ts';
import type { Measured } from '../../../../src/steering/soak/measure.ts';
import {
  HAS_ENDED,
  MAY_BEGIN,
  type Planned,
  type SoakCoordinator,
  type SoakOutcome,
  SoakRun,
} from '../../../../src/steering/soak/soak-run.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';
import { report } from '../../results/summary/crowd-records.ts';

/** A coordinator without connections, whose crowds begin and end on request of a test. */
class FakeCoordinator extends EventEmitter {
  readonly records = new Map<string, CrowdRecord>();
  answer: (crowd: string, question: string) => Promise<unknown> = async () => undefined;
  stopped: Stop | undefined;

  get crowds(): CrowdRecord[] {
    return [...this.records.values()];
  }

  answerWith(answer: FakeCoordinator['answer']): void {
    this.answer = answer;
  }

  stop(reason: string, { isInterrupted = false } = {}): void {
    this.stopped ??= { reason, isInterrupted };
    this.emit('stopped', reason);
  }

  forget(crowd: string): void {
    this.records.delete(crowd);
    this.emit('forgotten', crowd);
  }
}

export interface LedOptions {
  readonly planned?: Partial<Planned>;
  /** The metrics of the service at a time, in ms of the virtual clock. */
  measure?(atMs: number): Measured;
  /** Throws for a disk that is full at that time. */
  write?(atMs: number): void;
}

/** A soak in virtual time, with the evidence that it saved. */
export class LedSoak {
  readonly clock = new VirtualClock();
  readonly coordinator = new FakeCoordinator();
  readonly soak: SoakRun;
  readonly plans: SoakPlan[] = [];
  readonly rounds = new Map<number, Round>();
  readonly samples: Sample[] = [];
  readonly lines: string[] = [];
  readonly closed: string[] = [];
  readonly dropped: string[] = [];

  constructor({
    planned = {},
    measure = () => ({ values: { sockets: 0 }, missing: [] }),
    write,
  }: LedOptions = {}) {
    this.coordinator.on('notice', (line: string) => this.lines.push(line));
    this.coordinator.on('replaced', (crowd: string) => this.dropped.push(crowd));
    const written = async (act: () => void) => {
      write?.(this.clock.now());
      act();
    };
    const schedule = hold(10, { durationMs: 60_000 });
    this.soak = new SoakRun(
      this.coordinator as unknown as SoakCoordinator,
      { ...PLANNED, ...planned },
      {
        clock: this.clock,
        contextOf: () => ({ schedule, targets: [] }),
        measure: async () => measure(this.clock.now()),
        closeMeetings: async (crowd) => void this.closed.push(crowd),
        keep: {
          plan: (plan) => written(() => this.plans.push(plan)),
          round: (round) => written(() => this.rounds.set(round.number, round)),
          sample: (sample) => written(() => this.samples.push(sample)),
        },
      },
    );
  }

  mayBegin(number: number): Promise<unknown> {
    return this.coordinator.answer(roundName('soak', number), MAY_BEGIN);
  }

  outcome(): Promise<SoakOutcome> {
    return this.coordinator.answer('verdict', HAS_ENDED) as Promise<SoakOutcome>;
  }

  begin(number: number): void {
    const crowd = roundName('soak', number);
    this.coordinator.records.set(crowd, recordOf(crowd, []));
    this.coordinator.emit('started', crowd);
  }

  /** Ends a round with these reports. */
  end(number: number, reports: readonly SliceReport[] = [worked()]): void {
    const crowd = roundName('soak', number);
    this.coordinator.records.set(crowd, recordOf(crowd, reports));
    this.coordinator.emit('over', crowd);
  }

  /** A round whose only slice ends before it begins. */
  refuse(number: number, notBegun: string): void {
    const crowd = roundName('soak', number);
    this.coordinator.records.set(crowd, { ...recordOf(crowd, []), startedAt: null, notBegun });
    this.coordinator.emit('lost', crowd, 1);
  }

  /**
   * Hosts rounds as slices do, until no further round may begin, or up to the round `most`.
   * Returns how many there were.
   */
  async host(workMs: number, most = Number.POSITIVE_INFINITY): Promise<number> {
    for (let number = 1; ; number++) {
      if (number > most) return most;
      if (!(await this.mayBegin(number))) return number - 1;
      this.begin(number);
      await this.clock.until(this.clock.now() + workMs);
      this.end(number);
    }
  }
}

const PLANNED: Planned = {
  forMs: 3 * 100_000,
  rounds: 3,
  workMs: 60_000,
  restMs: 40_000,
  sampleEveryMs: 5000,
  memoryLimitBytes: null,
};

/** The report of a slice with some calls. */
function worked(over: Partial<SliceReport> = {}): SliceReport {
  return report(1, [{ count: 100 }], { elapsedMs: 60_000, ...over });
}

function recordOf(name: string, reports: readonly SliceReport[]): CrowdRecord {
  return {
    name,
    expected: [1],
    lost: [],
    reports,
    startedAt: new Date().toISOString(),
    stopped: null,
    metrics: { before: null, after: null, samples: [], routes: referenceContract().metrics },
  };
}
