/** One command of the catalogue. */
export interface CatalogueEntry {
  /** `fullhouse doctor` for `npx fullhouse doctor`; otherwise the name of an npm script. */
  readonly name: string;
  /** What people type, if the name does not show it: `npx playwright test --project=load`. */
  readonly call?: string;
  /** The npm script that is a short name of this command in a checkout. */
  readonly script?: string;
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
export function callOf(command: Pick<CatalogueEntry, 'name' | 'call'>): string;
export function usageOf(command: Pick<CatalogueEntry, 'name' | 'call' | 'arguments'>): string;
