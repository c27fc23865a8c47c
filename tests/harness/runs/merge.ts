import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Summary, summarySchema } from '../../../src/results/summary/schema.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { outerEnvironment, unwrapped } from './run.ts';

const root = join(import.meta.dirname, '../../..');

export interface Merged {
  readonly code: number;
  readonly output: string;
  readonly id: string;
  readonly summary: Summary;
}

/** Runs `npx fullhouse merge` on the blobs in a folder, as a user does. */
export async function merge(folder: string, settings: Record<string, string>): Promise<Merged> {
  const args = ['bin/fullhouse.mjs', 'merge', folder];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...outerEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = (await once(child, 'close')) as [number];
  const id = /reports\/runs\/(\S+)\/index\.html/.exec(output)?.[1] ?? 'none';
  const text = readFileSync(join(runFolder(id), 'summary.json'), 'utf8');
  return { code, output: unwrapped(output), id, summary: summarySchema.parse(JSON.parse(text)) };
}
