import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** Made from the types: its code shows declarations. */
const MADE = 'api.md';

const inDocs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== MADE);
export const guides = ['README.md', 'CONTRIBUTING.md', ...inDocs.map((name) => `docs/${name}`)];

/** A block of code in a guide, with the instructions of the comment above it. */
export interface Block {
  readonly guide: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The file that the block shows: `file examples/chat.ts in chat.ts`, which lies in docs/. */
  readonly file?: string | undefined;
  /** Where the code belongs: `in src/faults/freeze.ts`. */
  readonly place?: string | undefined;
  /** The block is a line of the file at its place: `line in src/checks/catalogue.ts`, before a text or at the end. */
  readonly isLine: boolean;
  readonly before?: string | undefined;
}

const FENCED =
  /(?:<!-- (?:(file|line) )?(\S+ )?in (\S+?)(?: before "(.*)")? -->\n|<!-- file (\S+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

function blocksIn(guide: string): Block[] {
  const text = readFileSync(join(root, guide), 'utf8');
  return [...text.matchAll(FENCED)].map((found) => {
    const [whole, kind, named, place, before, alone, language, block] = found;
    const shown = alone ?? (kind === 'file' ? named!.trim() : undefined);
    const file = shown === undefined ? undefined : `docs/${shown}`;
    return {
      guide,
      line: text.slice(0, found.index + whole.indexOf('```')).split('\n').length,
      language: language!,
      text: block!,
      file,
      place: place ?? file,
      isLine: kind === 'line',
      before,
    };
  });
}

export const blocks = guides.flatMap(blocksIn);

export const named = ({ guide, line }: Block) => `${guide}:${line}`;

/** A copy of the sources; `use` gets its folder, which is removed afterwards. */
export async function inCopy<Result>(
  parts: readonly string[],
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  try {
    for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Inserts the code of a block at its place, like a reader of the guide. */
export function follow({ text, place, isLine, before }: Block, folder: string): void {
  const path = join(folder, place!);
  mkdirSync(dirname(path), { recursive: true });
  const old = isLine ? readFileSync(path, 'utf8') : '';
  const at = before === undefined ? old.length : old.indexOf(before);
  if (at < 0) throw new Error(`${place} has no "${before}"`);
  writeFileSync(path, old.slice(0, at) + text + old.slice(at));
}
