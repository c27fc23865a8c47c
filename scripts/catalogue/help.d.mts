import type { CatalogueEntry } from './commands.d.mts';

export function asksForHelp(args: readonly string[]): boolean;
export function helpOf(command: CatalogueEntry): string;
export function overview(): string;
