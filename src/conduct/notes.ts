import type { Finding, Sample } from './answered.ts';
import { catalogue, type FindingName } from './catalogue.ts';

/** So many samples of equal findings are shown; the rest is counted. */
const SAMPLES = 3;

/** What one question has found so far; equal findings are one. */
export class Notes {
  readonly #findings = new Map<FindingName, { samples: Sample[]; count: number; says: string }>();

  /** `says`: the sentence of the first one, where it knows more than the catalogue. */
  add(name: FindingName, sample: Sample, says: string = catalogue[name][1]): void {
    const noted = this.#findings.get(name) ?? { samples: [], count: 0, says };
    this.#findings.set(name, noted);
    noted.count += 1;
    if (noted.samples.length < SAMPLES) noted.samples.push(sample);
  }

  get findings(): Finding[] {
    return [...this.#findings].map(([name, { samples, count, says }]) => {
      const [severity] = catalogue[name];
      return { name, severity, says, samples, more: count - samples.length };
    });
  }
}
