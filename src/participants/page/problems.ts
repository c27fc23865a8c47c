import { withoutSecrets } from '../../kernel/secrets.ts';

/** One normalised cause of one kind of problem in pages; `samples` are a few of the original texts. */
export interface PageProblem {
  readonly kind: 'console error' | 'uncaught error' | 'page crash' | 'no reaction';
  readonly cause: string;
  count: number;
  readonly samples: string[];
}

const MAX_CAUSES = 50;
const MAX_SAMPLES = 3;
const MAX_LENGTH = 300;

/** Problems in pages that belong to no call: counted by normalised cause, without secrets. */
export class PageProblems {
  readonly #known = new Map<string, PageProblem>();

  add(kind: PageProblem['kind'], text: string): void {
    const sample = withoutSecrets(text).slice(0, MAX_LENGTH);
    const cause = normalised(sample);
    let problem = this.#known.get(`${kind} ${cause}`);
    if (!problem) {
      const isNew = this.#known.size < MAX_CAUSES;
      const named = isNew ? cause : 'other causes';
      problem = this.#known.get(`${kind} ${named}`) ?? { kind, cause: named, count: 0, samples: [] };
      this.#known.set(`${kind} ${named}`, problem);
    }
    problem.count += 1;
    if (problem.samples.length < MAX_SAMPLES && !problem.samples.includes(sample))
      problem.samples.push(sample);
  }

  encode(): PageProblem[] {
    return [...this.#known.values()].map((problem) => ({ ...problem, samples: [...problem.samples] }));
  }
}

/** The same for all problems of one kind: without addresses, ids, numbers and line ends. */
function normalised(text: string): string {
  return (
    text
      .replace(/\b(?:https?|wss?):\/\/[^\s'")]+/g, '<address>')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>')
      // A status is part of the cause; all other numbers belong to this one problem.
      .replace(/(\bstatus of )?(\d+)/g, (_, status, digits) => (status ? `${status}${digits}` : 'N'))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 120)
  );
}
