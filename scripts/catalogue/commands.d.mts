/** One command of the catalogue. */
export interface CatalogueEntry {
  /** `load` for `npm run load`, `fullhouse doctor` for `npx fullhouse doctor`. */
  readonly name: string;
  /** What it does, in a few words: a part of a sentence. */
  readonly about: string;
  readonly arguments?: string;
  /** The command of which it is another name. */
  readonly alias?: string;
  readonly details?: string;
  readonly options?: readonly (readonly string[])[];
  readonly settings?: readonly string[];
  /** A line for a shell that works as it is. */
  readonly example: string;
}

export const groups: readonly { readonly title: string; readonly commands: readonly CatalogueEntry[] }[];
export function commandNamed(name: string): CatalogueEntry | undefined;
export function callOf(command: Pick<CatalogueEntry, 'name'>): string;
export function usageOf(command: Pick<CatalogueEntry, 'name' | 'arguments'>): string;
