import { number } from '../kernel/figures.ts';

/** One piece of evidence against the service. Pieces of one kind are shown as one line. */
export interface Piece {
  /** The kind, worded to follow a number: `participants are missing from the roster`. */
  readonly kind: string;
  /** The user or thing that it is about, in a word; by default the whole sentence. */
  readonly subject?: string;
  /** The whole sentence, shown where the piece is the only one of its kind. */
  readonly message: string;
}

/** Several pieces of one kind. */
export interface EvidenceGroup {
  readonly kind: string;
  readonly count: number;
  /** Whether all subjects of the check are affected. */
  readonly isAll: boolean;
  /** The first few subjects, or the first piece as a sentence. */
  readonly subjects: readonly string[];
}

/** One sentence, or several pieces of one kind. */
export type Evidence = string | EvidenceGroup;

const MOST_SENTENCES = 10;
const MOST_SUBJECTS = 3;

/** Groups pieces by kind, in the order of the first pieces; `all`: the largest possible number of one kind. */
export function grouped(pieces: readonly (Piece | string)[], all?: number): Evidence[] {
  const kinds = new Map<string, Piece[]>();
  const sentences = new Map<string, number>();
  for (const piece of pieces) {
    if (typeof piece === 'string') sentences.set(piece, (sentences.get(piece) ?? 0) + 1);
    else {
      const known = kinds.get(piece.kind);
      if (known) known.push(piece);
      else kinds.set(piece.kind, [piece]);
    }
  }
  const groups = [...kinds].map(([kind, own]): Evidence => {
    if (own.length === 1) return own[0]!.message;
    // Without subjects, one sentence is the example.
    const subjects = own
      .slice(0, own[0]!.subject === undefined ? 1 : MOST_SUBJECTS)
      .map(({ subject, message }) => subject ?? message);
    return { kind, count: own.length, isAll: own.length === all, subjects };
  });
  const each = [...sentences].map(([sentence, times]) =>
    times === 1 ? sentence : `${sentence} (${number(times)} times)`,
  );
  return [...groups, ...cut(each)];
}

/** The first sentences, and the number of the others. */
export function cut(sentences: readonly string[], most = MOST_SENTENCES): string[] {
  const more = sentences.length - most;
  return more <= 0 ? [...sentences] : [...sentences.slice(0, most), `and ${number(more)} more`];
}

/** One line each: `all 111 participants are missing from the roster: user-1, user-2, user-3 and 108 more`. */
export function evidenceLines(evidence: readonly Evidence[]): string[] {
  return evidence.map((one) => {
    if (typeof one === 'string') return one;
    const { kind, count, isAll, subjects } = one;
    const listed = subjects.join(', ');
    const more = count - subjects.length;
    return `${isAll ? 'all ' : ''}${number(count)} ${kind}: ${listed}${more > 0 ? ` and ${number(more)} more` : ''}`;
  });
}
