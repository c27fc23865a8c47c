/** One entry of an archive, with its size in bytes. */
export interface SizedEntry {
  readonly name: string;
  readonly bytes: number;
}

interface Frame extends SizedEntry {
  readonly atMs: number;
}

/** A film of the page with two frames in a second shows what a reader looks for: when something became visible. */
const FRAME_EVERY_MS = 500;

/** Playwright's record of one frame of the film, and the name of its file in the archive. */
interface FrameRecord {
  readonly type: 'screencast-frame';
  readonly file: string;
  /** In ms. */
  readonly timestamp: number;
}

/**
 * Chooses the frames of a trace that are kept: at most two in a second, spread evenly, and together at most `limitBytes`.
 * `records` are Playwright's records, one JSON document per line; `files` are the files of the archive.
 */
export function framesToKeep(
  records: string,
  files: readonly SizedEntry[],
  limitBytes: number,
): ReadonlySet<string> {
  const sizes = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const frames = records.split('\n').flatMap((line): Frame[] => {
    const record = frameIn(line);
    const bytes = record && sizes.get(record.file);
    return record && bytes !== undefined ? [{ name: record.file, bytes, atMs: record.timestamp }] : [];
  });
  const spaced = spacedOut(frames);
  for (let step = 1; step <= spaced.length; step++) {
    const chosen = spaced.filter((_, index) => index % step === 0);
    if (chosen.reduce((sum, { bytes }) => sum + bytes, 0) <= limitBytes)
      return new Set(chosen.map(({ name }) => name));
  }
  return new Set();
}

/** The records without frames that are not kept: the viewer would look for their files. */
export function withoutOtherFrames(records: string, kept: ReadonlySet<string>): string {
  return records
    .split('\n')
    .filter((line) => {
      const record = frameIn(line);
      return record === undefined || kept.has(record.file);
    })
    .join('\n');
}

function spacedOut(frames: readonly Frame[]): Frame[] {
  let last = Number.NEGATIVE_INFINITY;
  return frames.filter(({ atMs }) => {
    if (atMs - last < FRAME_EVERY_MS) return false;
    last = atMs;
    return true;
  });
}

function frameIn(line: string): FrameRecord | undefined {
  if (!line.startsWith('{"type":"screencast-frame"')) return undefined;
  try {
    const record = JSON.parse(line) as Partial<FrameRecord>;
    if (typeof record.file === 'string' && typeof record.timestamp === 'number') return record as FrameRecord;
  } catch {
    // Playwright was stopped while it wrote this line.
  }
  return undefined;
}
