import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Coordinator } from '../../crowd/coordinator/coordinator.ts';
import { GatheredReports } from '../../crowd/coordinator/gathered-reports.ts';
import type { Stop } from '../../crowd/coordinator/messages.ts';
import type { GeneratorSample, SliceReport } from '../../crowd/slice-report.ts';
import { isGone, processIdentity } from '../../kernel/process-identity.ts';
import { lastLook } from '../../kernel/secrets.ts';
import { appendRunFile, runFolder, writeRunFile } from '../../run/run-folder.ts';
import type { EncodedWindow } from '../../timings/encoded.ts';
import { type CrowdFile, crowdFile, progressFiles } from './crowd-evidence.ts';
import { jsonText } from './json-text.ts';
import { dropCrowd } from './keep-soak.ts';
import { addedSchema } from './slice-schema.ts';

/** The interval at which the figures of the whole run are written; those of each second are appended at once. */
const WHOLE_EVERY_MS = 3000;

/** The additions of one report of a slice: a line of the `.ndjson` file. */
interface Added {
  readonly sequence: number;
  readonly windows: readonly EncodedWindow[];
  readonly inPages?: readonly EncodedWindow[];
  readonly samples: readonly GeneratorSample[];
}

/**
 * Saves the evidence of all crowds of a run on disk while the run is active, so that it survives the processes of the
 * run: if a process is killed, only a few seconds are lost. For each slice, one file has the figures since the start,
 * and another one the additions of each second. The slice replaces both with its whole report at its end.
 */
export class Progress {
  readonly #runId: string;
  readonly #contextOf: (crowd: string) => Pick<CrowdFile, 'schedule' | 'targets' | 'facts'>;
  readonly #coordinator: Coordinator;
  readonly #wholeAt = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();
  #problem: string | undefined;

  constructor(
    coordinator: Coordinator,
    runId: string,
    contextOf: (crowd: string) => Pick<CrowdFile, 'schedule' | 'targets' | 'facts'>,
  ) {
    this.#runId = runId;
    this.#contextOf = contextOf;
    this.#coordinator = coordinator;
    coordinator.on('started', () => this.#keepCrowds());
    coordinator.on('lost', () => this.#keepCrowds());
    coordinator.on('stopped', () => this.#keepCrowds());
    coordinator.on('report', (report) => this.#keep(report));
    coordinator.on('forgotten', (crowd) => {
      for (const file of this.#wholeAt.keys())
        if (dirname(file) === dirname(crowdFile(crowd))) this.#wholeAt.delete(file);
    });
    // After the writes that are still waiting: they would make the folder again.
    coordinator.on('replaced', (crowd) => this.#write(() => dropCrowd(this.#runId, crowd)));
  }

  /** Resolves when all reports so far are written. Returns the reason if a part could not be written. */
  async written(): Promise<string | undefined> {
    await this.#queue;
    return this.#problem;
  }

  #keepCrowds(): void {
    // A judged crowd has its whole evidence: an interruption in a later phase does not change it.
    for (const { reports: _, capacity: __, ...crowd } of this.#coordinator.unjudged) {
      if (crowd.startedAt === null) continue;
      const by = processIdentity()!;
      const context = this.#contextOf(crowd.name);
      const file: CrowdFile = { schema: 'fullhouse/crowd/2', ...crowd, ...context, unfinished: { by } };
      this.#write(() => writeRunFile(this.#runId, crowdFile(crowd.name), jsonText(file)));
    }
  }

  #keep(report: SliceReport): void {
    // The slice writes its whole report itself.
    if (report.finished) return;
    const { timings, browsers, samples, sequence, ...rest } = report;
    const [whole, added] = progressFiles(report.crowd, report.slice);
    const line: Added = {
      sequence,
      windows: timings.windows,
      ...(browsers ? { inPages: browsers.timings.windows } : {}),
      samples,
    };
    this.#write(() => appendRunFile(this.#runId, added, `${JSON.stringify(line)}\n`));
    const now = performance.now();
    if (now - (this.#wholeAt.get(whole) ?? Number.NEGATIVE_INFINITY) < WHOLE_EVERY_MS) return;
    this.#wholeAt.set(whole, now);
    const shortened: SliceReport = {
      ...rest,
      sequence,
      samples: [],
      timings: { ...timings, windows: [] },
      ...(browsers ? { browsers: { ...browsers, timings: { ...browsers.timings, windows: [] } } } : {}),
    };
    this.#write(() => writeRunFile(this.#runId, whole, JSON.stringify(shortened)));
  }

  /** One after the other: the figures since the start never include more than the seconds written before. */
  #write(act: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(act).then(
      () => undefined,
      (error: Error) => {
        this.#problem ??= error.message;
      },
    );
  }
}

/** A report as `Progress` wrote it, with all windows and samples from the file `path`. */
export function withAllAdded(whole: SliceReport, path: string): SliceReport {
  const gathered = new GatheredReports();
  for (const added of linesOf(path)) {
    if (added.sequence > whole.sequence) break;
    gathered.add(joined(whole, added));
  }
  return gathered.all[0] ?? whole;
}

/** Why a crowd stopped. A run without an end is still running, or its main process was killed. */
export function stoppedIn({ stopped, unfinished }: Pick<CrowdFile, 'stopped' | 'unfinished'>): Stop | null {
  if (!unfinished) return stopped;
  const reason = isGone(unfinished.by)
    ? 'the main process of the run was killed'
    : 'the run has not ended yet, or ended on another machine';
  return { reason, isInterrupted: true };
}

/** Removes the progress files of slices that have whole reports. */
export async function forgetProgress(runId: string, crowd: string, slices: readonly number[]): Promise<void> {
  for (const slice of slices)
    for (const name of progressFiles(crowd, slice)) await rm(join(runFolder(runId), name), { force: true });
}

function joined(whole: SliceReport, { sequence, windows, inPages = [], samples }: Added): SliceReport {
  return {
    ...whole,
    sequence,
    samples,
    timings: { ...whole.timings, windows },
    ...(whole.browsers
      ? { browsers: { ...whole.browsers, timings: { ...whole.browsers.timings, windows: inPages } } }
      : {}),
  };
}

/** The last line may be cut: its process was killed during the write. */
function linesOf(path: string): Added[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [addedSchema.parse(JSON.parse(lastLook(line))) as unknown as Added];
      } catch {
        return []; // the disk was full, or the file was damaged
      }
    });
}
