import { anchor, type Html, html } from '../html.ts';

export interface SectionLink {
  readonly id: string;
  readonly title: string;
}

/** The id of a section. Links from other pages have it, so it stays the same. */
export function sectionId(phase: string, name: string): string {
  return `${phase}--${anchor(name)}`;
}

/** The sections of one phase, in their order; the header links to them. */
export class SectionList {
  readonly #phase: string;
  readonly links: SectionLink[] = [];

  constructor(phase: string) {
    this.#phase = phase;
  }

  /** A section; nothing without content. `title`: one or two words, for its link. */
  add(name: string, title: string, content: Html | false | undefined): Html {
    if (!content || content.markup.trim() === '') return html``;
    const id = sectionId(this.#phase, name);
    this.links.push({ id, title });
    return html`<section id="${id}" data-section>${content}</section>`;
  }
}
