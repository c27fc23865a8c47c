import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../../run/run-folder.ts';

/** The last block on the console if files could not be written: the reasons and the remedy. */
export function unwrittenBlock(sentences: readonly string[], runId: string | undefined): string[] {
  const isKept = runId !== undefined && hasFiles(join(runFolder(runId), 'evidence'));
  return [
    '❌ NOT COMPLETE: not everything could be written, so the exit code is 1.',
    ...sentences.map((sentence) => `  ${sentence}`),
    ...(isKept
      ? [`  Then npx fullhouse report ${runId} makes all reports from the evidence that was kept.`]
      : []),
  ];
}

function hasFiles(folder: string): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => /\.json$/.test(String(name)))
  );
}
