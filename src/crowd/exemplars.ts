import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { Follower } from '../participants/page/page-recorder.ts';
import { isOfService } from '../timings/merged-timings.ts';
import type { Outcome } from '../timings/outcome.ts';
import { type Session, writeSessions } from './exemplar-files.ts';

interface Explained {
  readonly operation: string;
  /** How long the operation took; null where it failed. */
  readonly ms: number | null;
}

/** One session that is kept, under the operation that it explains. */
export interface Exemplar extends Explained {
  readonly outcome: Outcome;
  readonly who: string;
  /** Paths below the folder of the exemplars, or null. Operations that one session explains share its files. */
  readonly trace: string | null;
  readonly screenshot: string | null;
}

/** The number of slow sessions, and of failed ones, kept for each operation. */
const SLOWEST = 3;
const FAILED = 3;
const PICTURE_TIMEOUT_MS = 3000;
const WITHOUT_EXEMPLARS = 'page.session';

interface ExemplarOptions {
  /** Every nth session is traced; 0: none. */
  readonly every: number;
  /** The number of slices of the crowd, which share the limit of its files. */
  readonly slices: number;
  /** Raw traces are below this folder until the end. */
  readonly privateFolder: string;
}

/**
 * Keeps the slowest sessions of each operation and the failed sessions: traced sessions with their trace, and failed
 * sessions with a screenshot. Other sessions leave no files. `write` saves the kept sessions at the end.
 */
export class Exemplars {
  readonly #every: number;
  readonly #slices: number;
  readonly #privateFolder: string;
  #folder: Promise<string> | undefined;
  #count = 0;
  #kept: Session[] = [];
  #traced = 0;

  constructor({ every, slices, privateFolder }: ExemplarOptions) {
    this.#every = every;
    this.#slices = slices;
    this.#privateFolder = privateFolder;
  }

  get traced(): number {
    return this.#traced;
  }

  /** Follows the next session of this slice. The very first session has cold caches, so it is not sampled. */
  follow(who: string, secrets: readonly string[]): Follower {
    const number = this.#count++;
    const traces = this.#every > 0 && number % this.#every === Math.min(1, this.#every - 1);
    const took = new Map<string, number>();
    let context: BrowserContext | undefined;
    let failure: Session['failure'];
    return {
      traces,
      began: async (opened) => {
        context = opened;
        if (!traces) return;
        this.#traced += 1;
        await context.tracing.start({ screenshots: true, snapshots: true, title: who });
      },
      took: (operation, ms) => {
        if (operation !== WITHOUT_EXEMPLARS) took.set(operation, Math.max(took.get(operation) ?? 0, ms));
      },
      failed: (operation, failed) => {
        if (operation !== WITHOUT_EXEMPLARS) failure ??= { operation, outcome: failed };
      },
      ends: async (page, outcome) => {
        const isFailed = outcome !== 'ok' && isOfService(outcome);
        if (isFailed) failure ??= { operation: WITHOUT_EXEMPLARS, outcome };
        const isWanted = traces && [...took].some(([operation, ms]) => this.#isAmongSlowest(operation, ms));
        const raw = traces ? await this.#stop(context, isWanted || failure !== undefined, number) : null;
        if (raw === null && !isFailed) return;
        const picture = isFailed ? await pictureOf(page) : null;
        await this.#keep({ who, secrets, outcome, failure, took: traces ? took : new Map(), raw, picture });
      },
    };
  }

  /**
   * Writes the kept sessions below `folder`, without tokens, and discards the rest. A session has one file for its trace
   * and one for its screenshot, however many operations it explains.
   */
  async write(folder: string): Promise<Exemplar[]> {
    const chosen = this.#chosen();
    try {
      const files = await writeSessions(mostTelling(chosen), folder, this.#slices);
      return chosen.map(({ operation, session, ms }) => {
        const outcome = ms === null ? session.failure!.outcome : session.outcome;
        const { trace, screenshot } = files.get(session)!;
        return { operation, outcome, ms, who: session.who, trace, screenshot };
      });
    } finally {
      await this.discard();
    }
  }

  async discard(): Promise<void> {
    this.#kept = [];
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  /** The operations that each session explains. */
  #chosen(): (Explained & { session: Session })[] {
    return worthKeeping(
      this.#kept.flatMap((session) => {
        const { took, raw, failure } = session;
        const slow = raw === null ? [] : [...took].map(([operation, ms]) => ({ operation, ms, session }));
        return failure ? [...slow, { operation: failure.operation, ms: null, session }] : slow;
      }),
    );
  }

  #isAmongSlowest(operation: string, ms: number): boolean {
    const slowest = this.#chosen().filter((one) => one.operation === operation && one.ms !== null);
    return slowest.length < SLOWEST || ms > slowest.at(-1)!.ms!;
  }

  async #keep(session: Session): Promise<void> {
    this.#kept.push(session);
    const chosen = new Set(this.#chosen().map((one) => one.session));
    for (const { raw } of this.#kept.filter((one) => !chosen.has(one)))
      if (raw !== null) await rm(raw, { force: true });
    this.#kept = this.#kept.filter((one) => chosen.has(one));
  }

  /** The path of the trace if it is wanted and exists: a browser that died has none. */
  async #stop(context: BrowserContext | undefined, wanted: boolean, number: number): Promise<string | null> {
    try {
      if (!wanted) {
        await context?.tracing.stop();
        return null;
      }
      this.#folder ??= mkdtemp(join(this.#privateFolder, 'traces-'));
      const path = join(await this.#folder, `${number}.zip`);
      await context?.tracing.stop({ path });
      return path;
    } catch {
      return null;
    }
  }
}

/** For each operation, the slowest sessions and the first failed ones: later failures are often consequences. */
export function worthKeeping<One extends Explained>(all: readonly One[]): One[] {
  const operations = new Set(all.map(({ operation }) => operation));
  return [...operations].sort().flatMap((operation) => {
    const own = all.filter((one) => one.operation === operation);
    const timed = own.filter(({ ms }) => ms !== null);
    return [
      ...timed.sort((one, other) => other.ms! - one.ms!).slice(0, SLOWEST),
      ...own.filter(({ ms }) => ms === null).slice(0, FAILED),
    ];
  });
}

/** Sessions in the order in which they get their files: the first failures, then the slowest sessions. */
function mostTelling(chosen: readonly (Explained & { readonly session: Session })[]): Set<Session> {
  const ranks = new Map<string, number>();
  const ranked = chosen.map(({ operation, ms, session }) => {
    const kind = `${ms === null ? 'failed' : 'slow'} ${operation}`;
    const rank = ranks.get(kind) ?? 0;
    ranks.set(kind, rank + 1);
    return { session, order: 2 * rank + (ms === null ? 0 : 1) };
  });
  return new Set(ranked.sort((one, other) => one.order - other.order).map(({ session }) => session));
}

/** Null for a crashed page. */
function pictureOf(page: Page): Promise<Buffer | null> {
  return page.screenshot({ timeout: PICTURE_TIMEOUT_MS }).catch(() => null);
}
