import { withoutSecrets } from '../../kernel/secrets.ts';

/** One normalised cause of one kind of page problem; `samples` are some of the original texts. */
export interface PageProblem {
  readonly kind: 'console error' | 'uncaught error' | 'page crash' | 'no reaction';
  readonly cause: string;
  count: number;
  readonly samples: string[];
}

const MAX_CAUSES = 50;
const MAX_SAMPLES = 3;
const MAX_LENGTH = 300;

/** Page problems that belong to no call: counted by normalised cause, without secrets. */
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

/** The text without addresses, ids, numbers and line ends: the same for all problems with one cause. */
function normalised(text: string): string {
  return (
    text
      .replace(/\b(?:https?|wss?):\/\/[^\s'")]+/g, '<address>')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>')
      // The HTTP status is part of the cause; other numbers differ between problems with the same cause.
      .replace(/(\bstatus of )?(\d+)/g, (_, status, digits) => (status ? `${status}${digits}` : 'N'))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 120)
  );
}
