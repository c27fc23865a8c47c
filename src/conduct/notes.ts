import type { Finding, Sample } from './answered.ts';
import { catalogue, type FindingName, severityOf } from './catalogue.ts';

/** At most this many samples of equal findings are shown; the rest is counted. */
const SAMPLES = 3;

/** What one question has found so far; equal findings are one. */
export class Notes {
  readonly #findings = new Map<FindingName, Finding>();

  /** `message`: the sentence of the first one, where it knows more than the catalogue. */
  add(name: FindingName, sample: Sample, message = catalogue[name]): void {
    const known = this.#findings.get(name) ?? {
      ...{ name, severity: severityOf(name), message, samples: [], more: 0 },
    };
    const isShown = known.samples.length < SAMPLES;
    this.#findings.set(name, {
      ...known,
      samples: isShown ? [...known.samples, sample] : known.samples,
      more: isShown ? 0 : known.more + 1,
    });
  }

  get findings(): Finding[] {
    return [...this.#findings.values()];
  }
}
