import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Coordinator } from '../../crowd/coordinator/coordinator.ts';
import { GatheredReports } from '../../crowd/coordinator/gathered-reports.ts';
import { INTERRUPTED } from '../../crowd/coordinator/messages.ts';
import type { GeneratorMoment, ShareReport } from '../../crowd/share-report.ts';
import { finishedJson } from '../../kernel/finished-text.ts';
import { isGone, processIdentity } from '../../kernel/process-identity.ts';
import { appendRunFile, runFolder, writeRunFile } from '../../run/run-folder.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import { jsonText } from '../json-text.ts';
import { type CrowdFile, crowdFile, progressFiles } from './crowd-evidence.ts';
import { addedSchema } from './share-schema.ts';

/** So often the figures of the whole run are written; those of each second are appended at once. */
const WHOLE_EVERY_MS = 3000;

/** What one report of a share adds to those before: a line of the `.ndjson` file. */
interface Added {
  readonly sequence: number;
  readonly windows: readonly EncodedWindow[];
  readonly inPages?: readonly EncodedWindow[];
  readonly moments: readonly GeneratorMoment[];
}

/**
 * Keeps the evidence of all crowds of a run on disk while the run goes on, so that it outlives the processes of the run:
 * whatever is killed, no more than some seconds are lost. For each share, one file has the figures since the start, and
 * another one what each second added. The share replaces both with its whole report at its end.
 */
export class Progress {
  readonly #runId: string;
  readonly #context: Pick<CrowdFile, 'schedule' | 'targets' | 'facts'>;
  readonly #coordinator: Coordinator;
  readonly #wholeAt = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();
  #trouble: string | undefined;

  constructor(coordinator: Coordinator, context: Pick<CrowdFile, 'schedule' | 'targets' | 'facts'>) {
    this.#runId = context.facts.runId;
    this.#context = context;
    this.#coordinator = coordinator;
    coordinator.on('started', () => this.#keepCrowds());
    coordinator.on('lost', () => this.#keepCrowds());
    coordinator.on('stopped', () => this.#keepCrowds());
    coordinator.on('report', (report) => this.#keep(report));
  }

  /** Resolves when all is written that was reported so far. Returns why something could not be written, if so. */
  async written(): Promise<string | undefined> {
    await this.#queue;
    return this.#trouble;
  }

  #keepCrowds(): void {
    // One that was judged has its whole evidence: a run that is interrupted in a later phase does not change it.
    for (const { reports: _, ...crowd } of this.#coordinator.unjudged) {
      if (crowd.startedAt === null) continue;
      const by = processIdentity()!;
      const file: CrowdFile = { schema: 'fullhouse/crowd/1', ...crowd, ...this.#context, unfinished: { by } };
      this.#write(() => writeRunFile(this.#runId, crowdFile(crowd.name), jsonText(file)));
    }
  }

  #keep(report: ShareReport): void {
    // Its whole report is written by the share itself.
    if (report.finished) return;
    const { timings, browsers, moments, sequence, ...rest } = report;
    const [whole, added] = progressFiles(report.crowd, report.share);
    const line: Added = {
      sequence,
      windows: timings.windows,
      ...(browsers ? { inPages: browsers.timings.windows } : {}),
      moments,
    };
    this.#write(() => appendRunFile(this.#runId, added, `${JSON.stringify(line)}\n`));
    const now = performance.now();
    if (now - (this.#wholeAt.get(whole) ?? Number.NEGATIVE_INFINITY) < WHOLE_EVERY_MS) return;
    this.#wholeAt.set(whole, now);
    const shortened: ShareReport = {
      ...rest,
      sequence,
      moments: [],
      timings: { ...timings, windows: [] },
      ...(browsers ? { browsers: { ...browsers, timings: { ...browsers.timings, windows: [] } } } : {}),
    };
    this.#write(() => writeRunFile(this.#runId, whole, JSON.stringify(shortened)));
  }

  /** One after the other: the figures since the start never know more than the seconds that were written before. */
  #write(act: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(act).then(
      () => undefined,
      (error: Error) => {
        this.#trouble ??= error.message;
      },
    );
  }
}

/** A report as `Progress` wrote it, with all windows and moments that its share sent before; `path` has them. */
export function withAllAdded(whole: ShareReport, path: string): ShareReport {
  const gathered = new GatheredReports();
  for (const added of linesOf(path)) {
    if (added.sequence > whole.sequence) break;
    gathered.add(joined(whole, added));
  }
  return gathered.all[0] ?? whole;
}

/** Why a crowd stopped whose run has left no end: its main process was killed, or is still at it. */
export function stoppedIn({ stopped, unfinished }: Pick<CrowdFile, 'stopped' | 'unfinished'>): string | null {
  if (!unfinished) return stopped;
  const how = isGone(unfinished.by)
    ? 'the main process of the run was killed'
    : 'the run has not ended yet, or ended on another machine';
  return `${INTERRUPTED}: ${how}`;
}

/** Removes what the whole reports of the shares have replaced. */
export async function forgetProgress(runId: string, crowd: string, shares: readonly number[]): Promise<void> {
  for (const share of shares)
    for (const name of progressFiles(crowd, share)) await rm(join(runFolder(runId), name), { force: true });
}

function joined(whole: ShareReport, { sequence, windows, inPages = [], moments }: Added): ShareReport {
  return {
    ...whole,
    sequence,
    moments,
    timings: { ...whole.timings, windows },
    ...(whole.browsers
      ? { browsers: { ...whole.browsers, timings: { ...whole.browsers.timings, windows: inPages } } }
      : {}),
  };
}

/** The last line may be cut: its process was killed while it wrote. */
function linesOf(path: string): Added[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [addedSchema.parse(JSON.parse(finishedJson(line))) as unknown as Added];
      } catch {
        return []; // the disk was full, or the file was damaged
      }
    });
}
