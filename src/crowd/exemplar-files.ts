import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileName } from '../kernel/file-name.ts';
import { redactTrace } from '../participants/page/trace-file.ts';
import type { Outcome } from '../timings/outcome.ts';

/** The most bytes of all exemplars of a crowd. A report may copy them, and a blob report always does. */
const CROWD_BYTES = 8 * 2 ** 20;
/** A slice may keep at least one small trace. */
const LEAST_SLICE_BYTES = 2 ** 19;
const TRACE_BYTES = 2 ** 20;

interface Failure {
  readonly operation: string;
  readonly outcome: Outcome;
}

/** A session that may be kept. */
export interface Session {
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

interface ExemplarLimits {
  /** The most bytes of all files of a slice. */
  readonly allBytes: number;
  /** The most bytes of the files of one session. */
  readonly traceBytes: number;
}

/** The limits of each slice of a crowd with this number of slices. */
function exemplarLimits(slices: number): ExemplarLimits {
  const allBytes = Math.max(Math.floor(CROWD_BYTES / slices), LEAST_SLICE_BYTES);
  return { allBytes, traceBytes: Math.min(TRACE_BYTES, allBytes) };
}

/**
 * Writes the files of the sessions in their order, below `folder`. The later ones get no file when the limit of the
 * slice is reached.
 */
export async function writeSessions(
  sessions: Iterable<Session>,
  folder: string,
  slices: number,
): Promise<ReadonlyMap<Session, SessionFiles>> {
  const { allBytes, traceBytes } = exemplarLimits(slices);
  const files = new Map<Session, SessionFiles>();
  let left = allBytes;
  for (const session of sessions) {
    const written = await writeSession(session, folder, Math.min(left, traceBytes));
    left -= written.bytes;
    files.set(session, written);
  }
  return files;
}

interface SessionFiles {
  /** Paths below the folder of the exemplars, or null. */
  readonly trace: string | null;
  readonly screenshot: string | null;
  /** The size of both. */
  readonly bytes: number;
}

/** Writes the files of one session. A file that does not fit is not written. */
async function writeSession(
  { who, raw, picture, secrets }: Session,
  folder: string,
  limitBytes: number,
): Promise<SessionFiles> {
  await mkdir(folder, { recursive: true });
  const name = freeName(folder, fileName(who));
  const screenshot = picture !== null && picture.length <= limitBytes ? `${name}.png` : null;
  if (screenshot !== null) await writeFile(join(folder, screenshot), picture!);
  const used = screenshot === null ? 0 : picture!.length;
  const path = join(folder, `${name}.zip`);
  const traced =
    raw === null ? undefined : await redactTrace(raw, path, { secrets, limitBytes: limitBytes - used });
  return { trace: traced === undefined ? null : `${name}.zip`, screenshot, bytes: used + (traced ?? 0) };
}

/** An account may have several sessions. */
function freeName(folder: string, name: string): string {
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (['zip', 'png'].every((ending) => !existsSync(join(folder, `${free}.${ending}`)))) return free;
  }
}
