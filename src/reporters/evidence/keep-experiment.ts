import { type Entry, toNdjson } from '../../checks/ledger.ts';
import type { Journal } from '../../experiments/journal.ts';
import { appendRunFile, writeRunFile } from '../../run/run-folder.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';

/** All that an experiment leaves. */
export interface Experimented {
  readonly journal: Journal;
  readonly timings: EncodedTimings;
  readonly entries: readonly Entry[];
}

/** A file of an experiment: its name as an attachment, what it holds, and how it is written; that answers its path. */
export interface KeptFile {
  readonly name: string;
  readonly content: string;
  readonly contentType: string;
  write(): Promise<string>;
}

/** The files of one experiment in the folder of its run: written while it goes on, and again when it is over. */
export class KeptExperiment {
  readonly #runId: string;
  readonly #name: string;
  #added = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #isWriting = false;

  constructor(runId: string, name: string) {
    this.#runId = runId;
    this.#name = name;
  }

  /**
   * What is known so far, which outlives the processes of the run. It is left out while the one before is being written. What
   * cannot be written now is written at the end, and then fails the experiment.
   */
  soFar(read: () => Experimented): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    const { journal, timings, entries } = read();
    const added = entries.slice(this.#added);
    this.#queue = (async () => {
      await appendRunFile(this.#runId, this.#path('ledger.ndjson'), toNdjson(added));
      this.#added += added.length;
      await this.#write('timings.json', JSON.stringify(timings));
      await this.#write('json', JSON.stringify(journal));
    })()
      .catch(() => undefined)
      .finally(() => {
        this.#isWriting = false;
      });
  }

  /** Resolves when what was known is written. */
  async written(): Promise<void> {
    await this.#queue;
  }

  /** Returns what is to be written, whole. */
  async end({ journal, timings, entries }: Experimented): Promise<KeptFile[]> {
    await this.written();
    const file = (name: string, ending: string, content: string, contentType = 'application/json') => ({
      name,
      content,
      contentType,
      write: () => this.#write(ending, content),
    });
    return [
      file('journal.json', 'json', `${JSON.stringify(journal, null, 2)}\n`),
      file('ledger.ndjson', 'ledger.ndjson', toNdjson(entries), 'application/x-ndjson'),
      file('timings.json', 'timings.json', JSON.stringify(timings)),
    ];
  }

  #write(ending: string, content: string): Promise<string> {
    return writeRunFile(this.#runId, this.#path(ending), content);
  }

  #path(ending: string): string {
    return `chaos/${this.#name}.${ending}`;
  }
}
