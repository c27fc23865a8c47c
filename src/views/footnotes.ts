import { lessText } from '../kernel/figures.ts';
import type { SummaryPercentile } from '../results/summary/schema.ts';
import type { Judgement } from '../targets/judgement.ts';
import { BRACKET_NOTE, percentileText, TOO_FEW_NOTE, targetLine } from './wording.ts';

/** Writes the figures of one report, and collects the footnotes that they need. */
export class Footnotes {
  #hasBracket = false;
  #hasTooFew = false;

  percentile(percentile: SummaryPercentile | undefined, showsBracket = true): string {
    if (percentile && 'needed' in percentile) this.#hasTooFew = true;
    else if (percentile && showsBracket) this.#note(percentile.valueMs, percentile.earliestMs);
    return percentileText(percentile, showsBracket);
  }

  target(judgement: Judgement): string {
    const { value, unit, bracket, state } = judgement;
    // The line of an inconclusive target describes its bracket.
    if (value !== null && unit === 'ms' && state !== 'inconclusive') this.#note(value, bracket?.low);
    return targetLine(judgement);
  }

  /** One line each, for the figures that were written so far. */
  get lines(): string[] {
    return [...(this.#hasBracket ? [BRACKET_NOTE] : []), ...(this.#hasTooFew ? [TOO_FEW_NOTE] : [])];
  }

  #note(valueMs: number, earliestMs = valueMs): void {
    this.#hasBracket ||= lessText(valueMs, earliestMs) !== '';
  }
}
