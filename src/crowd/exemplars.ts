import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { Follower } from '../participants/page/page-recorder.ts';
import { redactTrace } from '../participants/page/trace-file.ts';
import { isOfService } from '../timings/merged-timings.ts';
import type { Outcome } from '../timings/outcome.ts';

interface Explained {
  readonly operation: string;
  /** How long the operation took; null where it failed. */
  readonly ms: number | null;
}

/** One session that is kept, under the operation that it explains. */
export interface Exemplar extends Explained {
  readonly outcome: Outcome;
  readonly who: string;
  /** Paths below the folder of the exemplars, or null. */
  readonly trace: string | null;
  readonly screenshot: string | null;
}

interface Failure {
  readonly operation: string;
  readonly outcome: Outcome;
}

interface Session {
  readonly who: string;
  readonly secrets: readonly string[];
  readonly outcome: Outcome;
  /** The first failure; the session may have continued. */
  readonly failure: Failure | undefined;
  readonly took: ReadonlyMap<string, number>;
  /** The path of the trace as Playwright wrote it, with tokens; only this process reads it. */
  readonly raw: string | null;
  readonly picture: Buffer | null;
}

/** The number of slow sessions, and of failed ones, kept for each operation. */
const SLOWEST = 3;
const FAILED = 3;
const PICTURE_TIMEOUT_MS = 3000;
const WITHOUT_EXEMPLARS = 'page.session';

/**
 * Keeps the slowest sessions of each operation and the failed sessions: traced sessions with their trace, and failed
 * sessions with a screenshot. Other sessions leave no files. `write` saves the kept sessions at the end.
 */
export class Exemplars {
  readonly #every: number;
  readonly #privateFolder: string;
  #folder: Promise<string> | undefined;
  #count = 0;
  #kept: Session[] = [];
  #traced = 0;

  /** Every `every`-th session is traced; 0: none. Raw traces are stored below `privateFolder` until the end. */
  constructor(every: number, privateFolder: string) {
    this.#every = every;
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
    let failure: Failure | undefined;
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

  /** Writes the kept sessions below `folder`, without tokens, and discards the rest. */
  async write(folder: string): Promise<Exemplar[]> {
    const written: Exemplar[] = [];
    try {
      // One trace may explain several operations; its secrets are searched for once.
      const clean = new Map<Session, string>();
      for (const { operation, session, ms } of this.#chosen()) {
        const outcome = ms === null ? session.failure!.outcome : session.outcome;
        const name = `${operation}/${ms === null ? outcome.replace(' ', '-') : `${Math.round(ms)}ms`}-${session.who}`;
        await mkdir(join(folder, operation), { recursive: true });
        const trace = session.raw === null ? null : `${name}.zip`;
        if (trace !== null) {
          const path = join(folder, trace);
          const same = clean.get(session);
          if (same === undefined) await redactTrace(session.raw!, path, session.secrets);
          else await copyFile(same, path);
          clean.set(session, path);
        }
        const screenshot = session.picture === null ? null : `${name}.png`;
        if (screenshot !== null) await writeFile(join(folder, screenshot), session.picture!);
        written.push({ operation, outcome, ms, who: session.who, trace, screenshot });
      }
    } finally {
      await this.discard();
    }
    return written;
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

/** Null for a crashed page. */
function pictureOf(page: Page): Promise<Buffer | null> {
  return page.screenshot({ timeout: PICTURE_TIMEOUT_MS }).catch(() => null);
}
