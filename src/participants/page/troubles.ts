import { withoutSecrets } from '../../kernel/secrets.ts';

/** One normalised cause of one kind of trouble in pages; `samples` are a few of the original texts. */
export interface PageTrouble {
  readonly kind: 'console error' | 'uncaught error' | 'page crash' | 'no reaction';
  readonly cause: string;
  count: number;
  readonly samples: string[];
}

const MAX_CAUSES = 50;
const MAX_SAMPLES = 3;
const MAX_LENGTH = 300;

/** What went wrong in pages and is nobody's call: counted by normalised cause, secrets left out. */
export class PageTroubles {
  readonly #known = new Map<string, PageTrouble>();

  add(kind: PageTrouble['kind'], text: string): void {
    const sample = withoutSecrets(text).slice(0, MAX_LENGTH);
    const cause = normalised(sample);
    let trouble = this.#known.get(`${kind} ${cause}`);
    if (!trouble) {
      const isNew = this.#known.size < MAX_CAUSES;
      const named = isNew ? cause : 'other causes';
      trouble = this.#known.get(`${kind} ${named}`) ?? { kind, cause: named, count: 0, samples: [] };
      this.#known.set(`${kind} ${named}`, trouble);
    }
    trouble.count += 1;
    if (trouble.samples.length < MAX_SAMPLES && !trouble.samples.includes(sample))
      trouble.samples.push(sample);
  }

  encode(): PageTrouble[] {
    return [...this.#known.values()].map((trouble) => ({ ...trouble, samples: [...trouble.samples] }));
  }
}

/** The same for all troubles of one kind: without addresses, ids, numbers and line ends. */
function normalised(text: string): string {
  return (
    text
      .replace(/\b(?:https?|wss?):\/\/[^\s'")]+/g, '<address>')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>')
      // A status says what happened; all other numbers are of this one.
      .replace(/(\bstatus of )?(\d+)/g, (_, status, digits) => (status ? `${status}${digits}` : 'N'))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 120)
  );
}
