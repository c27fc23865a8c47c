import { readyNames } from '../run/project-names.ts';
/** A phase of the run: a project of Playwright together with its verdict. */
export interface LivePhase {
  /** `load`, `chaos`, `bench`, `conduct`. */
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'over';
  /** Tests that ended, of all. */
  readonly done: number;
  readonly of: number;
  readonly failed: number;
  /** The running test that began last. */
  readonly test: string | null;
}

interface Counted {
  done: number;
  of: number;
  failed: number;
  readonly running: Map<string, string>;
  startedAt: number | null;
}

/** The progress of the phases of a run, by the tests that begin and end. */
export class LivePhases {
  readonly #phases = new Map<string, Counted>();

  /** Counts a test that will run. Phases keep the order of their first tests. */
  expect(project: string): void {
    const phase = this.#phase(project);
    phase.of += 1;
  }

  /** Returns whether the test is the first of its phase. */
  began(project: string, id: string, title: string, now: number): boolean {
    const phase = this.#phase(project);
    const isFirst = phase.startedAt === null;
    phase.startedAt ??= now;
    phase.running.set(id, title);
    return isFirst;
  }

  ended(project: string, id: string, isFailed: boolean): void {
    const phase = this.#phase(project);
    phase.running.delete(id);
    phase.done += 1;
    if (isFailed) phase.failed += 1;
  }

  get all(): readonly LivePhase[] {
    return [...this.#phases].map(([name, { done, of, failed, running, startedAt }]) => ({
      name,
      state: startedAt === null ? 'waiting' : done < of ? 'running' : 'over',
      done,
      of,
      failed,
      test: [...running.values()].at(-1) ?? null,
    }));
  }

  /** The phase that runs, with the instant of its start. */
  get current(): (LivePhase & { readonly startedAt: number }) | undefined {
    const phase = this.all.findLast(({ state }) => state === 'running');
    return phase && { ...phase, startedAt: this.#phases.get(phase.name)!.startedAt! };
  }

  #phase(project: string): Counted {
    const name = phaseOf(project);
    const phase = this.#phases.get(name) ?? {
      done: 0,
      of: 0,
      failed: 0,
      running: new Map(),
      startedAt: null,
    };
    this.#phases.set(name, phase);
    return phase;
  }
}

/** `load verdict` belongs to `load`; the projects that prepare the run are one phase. */
function phaseOf(project: string): string {
  return readyNames.includes(project) ? 'ready' : project.replace(/ verdict$/, '');
}
