import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../config/environment.ts';
import type { Written } from '../../config/read-settings.ts';

/** The path of Allure's history of earlier runs, in the folder of the harness's own history. */
export function allureHistory(environment?: Written): string {
  return join(loadSettings(environment).HISTORY_FOLDER, 'allure.jsonl');
}

/** Removes a run from the history: a run is one point, also if its report is made again. */
export function forget(path: string, runId: string): void {
  if (!existsSync(path)) return;
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const others = lines.filter((line) => nameIn(line) !== runId);
  if (others.length < lines.length) writeFileSync(path, others.map((line) => `${line}\n`).join(''));
}

function nameIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { name?: unknown }).name;
  } catch {
    return undefined; // Allure handles a damaged line
  }
}
