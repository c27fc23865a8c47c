import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../kernel/errors.ts';
import { fileFailure } from '../kernel/file-failure.ts';
import { latenciesOf } from './metrics.ts';
import { upgraded } from './old-record.ts';
import { type HistoryRecord, isSameRun, recordSchema } from './record.ts';

/** A file in the middle of a write is younger than this; an older one will not be completed. */
const ABANDONED_AFTER_MS = 60_000;

/** A file without a readable record, and the reason. */
export interface Damaged {
  readonly file: string;
  readonly reason: string;
}

export interface SavedRecords {
  /** The oldest first. */
  readonly records: HistoryRecord[];
  readonly damaged: Damaged[];
}

interface Selection {
  isWanted?(file: string): boolean;
  readonly most?: number;
}

/**
 * All saved records: one file each, so that runs that end at the same time lose nothing, and a damaged file
 * affects only itself.
 */
export class History {
  readonly folder: string;
  readonly #setting: string;

  /** `setting`: the setting that names the folder, for messages. */
  constructor(folder: string, setting = 'HISTORY_FOLDER') {
    this.folder = folder;
    this.#setting = setting;
  }

  /**
   * Writes the record completely or not at all; returns its path. It replaces an earlier record of the same run. A
   * merged record also replaces earlier merges of its shards. Throws a FileFailure if the system refuses the write.
   */
  async append(record: HistoryRecord): Promise<string> {
    const path = join(this.folder, recordFile(record));
    const part = `${path}.${process.pid}.part`;
    const text = `${JSON.stringify(recordSchema.parse(record))}\n`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(part, text);
      await rename(part, path);
    } catch (error) {
      // The cause of the failed write may also prevent the removal.
      await rm(part, { force: true }).catch(() => undefined);
      throw fileFailure('written', path, error);
    }
    if (record.parts !== undefined) await this.#removeFormer(record);
    return path;
  }

  async #removeFormer(record: HistoryRecord): Promise<void> {
    const { records } = await this.read();
    for (const former of records.filter((one) => isSamePhase(one, record) && one.runId !== record.runId))
      await rm(join(this.folder, recordFile(former)), { force: true });
  }

  /**
   * All readable records; none if the folder does not exist. Throws a UserError for a folder that cannot be listed.
   * `isWanted` and `most`: only these files, by their names, and only the newest of them.
   */
  async read({
    isWanted = () => true,
    most = Number.POSITIVE_INFINITY,
  }: Selection = {}): Promise<SavedRecords> {
    const records: HistoryRecord[] = [];
    const damaged: Damaged[] = [];
    const files = (await this.#files()).filter(isWanted);
    // Their names begin with their time.
    for (const file of files.slice(Math.max(0, files.length - most))) {
      const path = join(this.folder, file);
      if (file.endsWith('.part') && (await isAbandoned(path)))
        damaged.push({ file, reason: 'it is incomplete: its write did not finish' });
      if (!file.endsWith('.json')) continue;
      const read = await readRecord(path);
      if (typeof read === 'string') damaged.push({ file, reason: read });
      else records.push(read);
    }
    return { records: records.sort(byTime), damaged };
  }

  async #files(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).sort();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      const why = code === 'ENOTDIR' ? 'it is a file, not a folder' : message;
      const remedy = `Set ${this.#setting} to a folder that this user can list.`;
      throw new UserError(`The folder "${this.folder}" cannot be read: ${why}. ${remedy}`, { cause: error });
    }
  }
}

/** One record from its file, or why the file has none. */
async function readRecord(path: string): Promise<HistoryRecord | string> {
  let written: unknown;
  try {
    written = upgraded(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return error instanceof SyntaxError ? `it is not JSON (${error.message})` : (error as Error).message;
  }
  const read = recordSchema.safeParse(written);
  if (read.success) return damagedLatencies(read.data) ?? read.data;
  const version = z.object({ schema: z.string() }).safeParse(written).data?.schema;
  const known = recordSchema.shape.schema.value;
  if (version !== undefined && version !== known)
    return `it has version "${version}", but this fullhouse reads "${known}"`;
  const [issue] = read.error.issues;
  return `it is not a record: ${issue?.path.join('.') || 'whole file'}: ${issue?.message}`;
}

/** The text of a histogram may be damaged inside a record that is well-formed. */
function damagedLatencies(record: HistoryRecord): string | undefined {
  for (const operation of Object.keys(record.operations)) {
    try {
      // Decoding fails if the number of values differs from the count.
      latenciesOf(record, operation);
    } catch (error) {
      return `the latencies of ${operation} cannot be decoded (${(error as Error).message})`;
    }
  }
  return undefined;
}

/** Whether both are the same phase of one run: then the history keeps only the later one. */
export function isSamePhase(one: HistoryRecord, other: HistoryRecord): boolean {
  return one.kind === other.kind && one.name === other.name && isSameRun(one, other);
}

/** A name of letters, digits and dashes: record names and addresses may contain any text. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
}

/** A file name that sorts by time, and is unique for each phase of each run. */
function recordFile({ at, runId, kind, name }: HistoryRecord): string {
  const time = new Date(at).toISOString().replace(/[-:.]/g, '');
  return `${time}-${slug(runId)}-${kind}-${slug(name)}.json`;
}

function byTime(one: HistoryRecord, other: HistoryRecord): number {
  return Date.parse(one.at) - Date.parse(other.at) || (one.runId < other.runId ? -1 : 1);
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // a missing file was renamed: its write is complete
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
}
