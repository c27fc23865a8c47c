import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparisonKey, differences } from './comparability.ts';
import { type HistoryRecord, recordSchema } from './record.ts';
import { type Damaged, History, slug } from './store.ts';

export interface FoundBaseline {
  /** The accepted record that is comparable with the given one. */
  readonly baseline?: HistoryRecord;
  /** Other baselines of the same kind and name, with the reasons why they are not comparable. */
  readonly others: string[];
  /** The damaged file that would be the baseline of the record. */
  readonly unreadable?: Damaged;
}

/** The runs that users accepted as normal: one committed file per kind, name, service, machine and settings. */
export class Baselines {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the record the baseline of all comparable runs; returns the file's path. */
  async accept(record: HistoryRecord): Promise<string> {
    const path = join(this.folder, baselineFile(record));
    await mkdir(this.folder, { recursive: true });
    // Indented, so that a review shows its changes line by line.
    await writeFile(`${path}.part`, `${JSON.stringify(recordSchema.parse(record), null, 2)}\n`);
    await rename(`${path}.part`, path);
    return path;
  }

  async read(): Promise<{ records: HistoryRecord[]; damaged: Damaged[] }> {
    return new History(this.folder, 'BASELINES_FOLDER').read();
  }

  /** The comparable baseline of a record, and texts about the others. */
  async baselineFor(record: HistoryRecord): Promise<FoundBaseline> {
    const { records, damaged } = await this.read();
    const baseline = records.find((one) => comparisonKey(one) === comparisonKey(record));
    const others = records
      .filter(({ kind, name }) => kind === record.kind && name === record.name)
      .filter((one) => one !== baseline)
      .map((one) => `the baseline of run ${one.runId} differs in ${differences(record, one).join('; ')}`);
    const own = baselineFile(record);
    const unreadable = baseline ? undefined : damaged.find(({ file }) => file === own);
    return { ...(baseline ? { baseline } : {}), others, ...(unreadable ? { unreadable } : {}) };
  }
}

function baselineFile(record: HistoryRecord): string {
  const hash = createHash('sha256').update(comparisonKey(record)).digest('hex').slice(0, 8);
  return `${record.kind}-${slug(record.name)}-${slug(record.service)}-${hash}.json`;
}
