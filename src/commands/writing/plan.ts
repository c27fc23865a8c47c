/** A file that does not exist yet. */
export interface NewFile {
  readonly kind: 'new';
  /** Relative to the folder of the project. */
  readonly path: string;
  readonly text: string;
  /** What it is, for the list of files. Files of one purpose have the same text. */
  readonly about: string;
}

/** A file that gets lines at its end. */
export interface Addition {
  readonly kind: 'added';
  readonly path: string;
  readonly before: string;
  readonly lines: readonly string[];
}

/** The team's own configuration, which gets another name. */
export interface Renaming {
  readonly kind: 'renamed';
  readonly path: string;
  readonly to: string;
}

/** A change that touches something that exists. */
export type Change = Addition | Renaming;

/** Everything that a command does to a folder, in the order in which it is done. */
export interface Plan {
  readonly steps: readonly (NewFile | Change)[];
  /** Files that exist and stay as they are. */
  readonly kept: readonly string[];
}

export function changesIn({ steps }: Plan): Change[] {
  return steps.filter((step) => step.kind !== 'new');
}
