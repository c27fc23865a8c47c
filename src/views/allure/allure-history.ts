import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../config/environment.ts';
import type { Written } from '../../config/read-settings.ts';

/** Where Allure keeps what it knows of earlier runs: with the history that the harness itself keeps. */
export function allureHistory(environment?: Written): string {
  return join(loadSettings(environment).HISTORY_FOLDER, 'allure.jsonl');
}

/** Takes a run out: it is one point of the history, however often its report is made. */
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
    return undefined; // a damaged line is Allure's to judge
  }
}
