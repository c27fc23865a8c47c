import { createHash } from 'node:crypto';
import { jsonInScript } from '../../kernel/outside-text.ts';

/** Safe markup: `html` makes it from text, `trusted` from this project's own markup. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Piece = Html | string | number | null | undefined | false | readonly Piece[];

/**
 * A template that escapes its values: text of the service or the settings is never markup. `Html` values are inserted
 * unchanged, lists are concatenated, and null, undefined and false are omitted.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(literals.reduce((whole, literal, index) => whole + markupOf(values[index - 1]) + literal));
}

/** Markup, a style or a script of this project's own. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/** A JSON document inside a `<script>`. */
export function embeddedJson(value: unknown): Html {
  return new Html(jsonInScript(value));
}

function markupOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'object') return piece.map(markupOf).join('');
  return String(piece).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * An id for an element, or the target of a link, from names that may hold anything. A name without Latin letters and
 * digits becomes a number, so that it is not the id of another one.
 */
export function anchor(...names: readonly string[]): string {
  return names
    .map((name) => {
      const words = name
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        ?.join('-');
      return words ?? (name === '' ? '' : createHash('sha256').update(name).digest('hex').slice(0, 8));
    })
    .join('--');
}
