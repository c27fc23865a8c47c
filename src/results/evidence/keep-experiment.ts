import { type Entry, toNdjson } from '../../checks/ledger.ts';
import type { Journal } from '../../experiments/journal.ts';
import { appendRunFile, writeRunFile } from '../../run/run-folder.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';

/** The evidence of an experiment. */
export interface Experimented {
  readonly journal: Journal;
  readonly timings: EncodedTimings;
  readonly entries: readonly Entry[];
}

/**
 * A file of an experiment: its name as an attachment, its content, and the function that writes it and returns its
 * path.
 */
export interface KeptFile {
  readonly name: string;
  readonly content: string;
  readonly contentType: string;
  write(): Promise<string>;
}

/** The files of one experiment in the folder of its run: written while it runs, and again at its end. */
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
   * Writes the evidence so far, which survives the processes of the run. Skipped while the previous write is in
   * progress. A part that cannot be written now is written at the end; a failure then fails the experiment.
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

  /** Resolves when the evidence so far is written. */
  async written(): Promise<void> {
    await this.#queue;
  }

  /** Returns the complete content to write. */
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
