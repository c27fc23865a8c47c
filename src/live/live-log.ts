/** An event of a run, in words. */
export interface LogEntry {
  /** Counts the entries of the run from 1. */
  readonly number: number;
  /** Wall clock, ISO 8601. */
  readonly at: string;
  readonly kind: 'run' | 'crowd' | 'target' | 'fault' | 'finding' | 'problem';
  /** `neutral` for an entry that is neither good nor bad. */
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly text: string;
  /** On the time axis of the crowd, in seconds; null for an entry without a place there. */
  readonly atS: number | null;
}

const KEPT = 300;

/** The latest events of a run, the oldest first. */
export class LiveLog {
  readonly #entries: LogEntry[] = [];
  #count = 0;

  add(
    kind: LogEntry['kind'],
    text: string,
    tone: LogEntry['tone'] = 'neutral',
    atS: number | null = null,
  ): void {
    this.#count += 1;
    this.#entries.push({ number: this.#count, at: new Date().toISOString(), kind, tone, text, atS });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** The number of the latest entry. */
  get count(): number {
    return this.#count;
  }

  /** The entries after this number. */
  since(number: number): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.number > number);
  }
}
