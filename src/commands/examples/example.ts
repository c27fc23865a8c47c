import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../kernel/folders.ts';
import { asJavaScript } from './javascript.ts';
import type { Language } from './language.ts';

/** The text of a file of docs/examples, which a test compiles, in the language of a project. */
export function exampleText(file: string, language: Language): string {
  const text = readFileSync(join(packageFolder, 'docs', 'examples', file), 'utf8');
  // Comments for the linter are about its place there.
  const plain = text.replace(/^\/\/ biome-ignore.*\n/, '');
  return language === 'JavaScript' && file.endsWith('.ts') ? asJavaScript(plain) : plain;
}
