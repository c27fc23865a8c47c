import { number } from '../kernel/figures.ts';

/** One thing that speaks against the service. Pieces of one kind are shown as one line. */
export interface Piece {
  /** Its kind, to be read after a number: `participants are missing from the roster`. */
  readonly what: string;
  /** Whom or what it is about, in a word; by default the whole sentence. */
  readonly who?: string;
  /** The whole sentence, for the one that stands alone. */
  readonly says: string;
}

/** Several pieces of one kind. */
export interface EvidenceGroup {
  readonly what: string;
  readonly count: number;
  /** It is so with everything that was looked at. */
  readonly isAll: boolean;
  /** The first few whom it is about, or the first one as a sentence. */
  readonly subjects: readonly string[];
}

/** A sentence of its own, or several of one kind. */
export type Evidence = string | EvidenceGroup;

const MOST_SENTENCES = 10;
const MOST_SUBJECTS = 3;

/** Pieces of one kind together, kinds in the order of their first pieces; `all`: how many there can be of one kind. */
export function grouped(pieces: readonly (Piece | string)[], all?: number): Evidence[] {
  const kinds = new Map<string, Piece[]>();
  const sentences = new Map<string, number>();
  for (const piece of pieces) {
    if (typeof piece === 'string') sentences.set(piece, (sentences.get(piece) ?? 0) + 1);
    else {
      const known = kinds.get(piece.what);
      if (known) known.push(piece);
      else kinds.set(piece.what, [piece]);
    }
  }
  const groups = [...kinds].map(([what, own]): Evidence => {
    if (own.length === 1) return own[0]!.says;
    // A sentence is an example enough.
    const subjects = own
      .slice(0, own[0]!.who === undefined ? 1 : MOST_SUBJECTS)
      .map(({ who, says }) => who ?? says);
    return { what, count: own.length, isAll: own.length === all, subjects };
  });
  const each = [...sentences].map(([said, times]) =>
    times === 1 ? said : `${said} (${number(times)} times)`,
  );
  return [...groups, ...cut(each)];
}

/** No more than a reader takes in, and how many more there are. */
export function cut(sentences: readonly string[], most = MOST_SENTENCES): string[] {
  const more = sentences.length - most;
  return more <= 0 ? [...sentences] : [...sentences.slice(0, most), `and ${number(more)} more`];
}

/** One line each: `all 111 participants are missing from the roster: user-1, user-2, user-3 and 108 more`. */
export function evidenceLines(evidence: readonly Evidence[]): string[] {
  return evidence.map((one) => {
    if (typeof one === 'string') return one;
    const { what, count, isAll, subjects } = one;
    const listed = subjects.join(', ');
    const more = count - subjects.length;
    return `${isAll ? 'all ' : ''}${number(count)} ${what}: ${listed}${more > 0 ? ` and ${number(more)} more` : ''}`;
  });
}
