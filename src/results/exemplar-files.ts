import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Exemplar } from '../crowd/exemplars.ts';
import { runFolder } from '../run/run-folder.ts';

/** One file of one session, as an attachment of the test of its slice. */
export interface ExemplarFile {
  /** Playwright's report opens an attachment with the name `trace` in its viewer. */
  readonly name: string;
  /** The path below the folder of the exemplars. */
  readonly file: string;
  readonly contentType: string;
}

/** The files of these exemplars, each of them once: one session may explain several operations. */
export function exemplarFiles(exemplars: readonly Exemplar[]): ExemplarFile[] {
  const files = new Map<string, ExemplarFile>();
  for (const { operation, who, trace, screenshot } of exemplars) {
    if (trace !== null && !files.has(trace))
      files.set(trace, { name: 'trace', file: trace, contentType: 'application/zip' });
    if (screenshot !== null && !files.has(screenshot))
      files.set(screenshot, {
        name: `${operation}: ${who}`,
        file: screenshot,
        contentType: 'image/png',
      });
  }
  return [...files.values()];
}

/** The path of a file below the folder of the exemplars of a run; undefined if there is no such file. */
export function exemplarPath(runId: string, file: string): string | undefined {
  const path = join(runFolder(runId), 'exemplars', file);
  // A damaged list may name anything, such as the folder itself.
  return existsSync(path) && statSync(path).isFile() ? path : undefined;
}
