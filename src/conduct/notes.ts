import type { Finding, Sample } from './answered.ts';
import { catalogue, type FindingName, severityOf } from './catalogue.ts';

/** The most samples of equal findings. Others are counted. */
const SAMPLES = 3;

/** The findings of one question so far. Equal findings are merged. */
export class Notes {
  readonly #findings = new Map<FindingName, Finding>();

  /** `message` replaces the sentence of the catalogue. The first sentence of equal findings is kept. */
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
