import { counted } from '../kernel/figures.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert, Degraded, Problem, Recovered } from './alert.ts';

export const marks: Readonly<Record<Alert['status'], string>> = {
  degraded: '❌',
  problem: '❔',
  recovered: '✅',
  interrupted: '⏹',
  ok: '✅',
  test: '🔔',
};

/** degraded: the service is worse; problem: there is no verdict; recovered: the service is better. */
export type GroupKind = 'degraded' | 'problem' | 'recovered';

export interface Group {
  readonly kind: GroupKind;
  readonly title: string;
  /** Lines of plain text, not yet escaped. */
  readonly lines: readonly string[];
}

/** The content of a message, in its order, as plain text. */
export function groupsOf({ degraded, problems, recovered }: Alert): Group[] {
  const of = (kind: Degraded['kind']) => degraded.filter((one) => one.kind === kind).map(degradedLine);
  const groups: Group[] = [
    { kind: 'degraded', title: 'Missed targets', lines: of('target') },
    { kind: 'degraded', title: 'Failed checks', lines: of('check') },
    { kind: 'degraded', title: 'Regressions', lines: of('regression') },
    { kind: 'problem', title: 'No verdict, because of', lines: problems.map(problemLine) },
    { kind: 'recovered', title: 'Recovered', lines: recovered.map(recoveredLine) },
  ];
  return groups.filter(({ lines }) => lines.length > 0);
}

function degradedLine({ phase, scope, subject, message, runs, since }: Degraded): string {
  const row = runs === 1 ? 'new' : `run ${runs} in a row, since ${dayOf(since)}`;
  return oneLine(`${phase} ${scope}: ${subject}: ${message} (${row})`);
}

function problemLine({ phase, scope, message }: Problem): string {
  return oneLine(`${phase} ${scope}: ${message}`);
}

function recoveredLine({ kind, phase, scope, subject, runs, since }: Recovered): string {
  const what = kind === 'verdict' ? 'has a verdict again' : subject;
  return oneLine(`${phase} ${scope}: ${what} (after ${counted(runs, 'run')}, since ${dayOf(since)})`);
}

/** The facts of the run that stand below the headline, by name. */
export function factsOf({ run, phases }: Alert): [name: string, value: string][] {
  const services = [...new Set(phases.map(({ service }) => service))];
  const facts: [string, string][] = [
    ['Service', services.join(', ')],
    ['Phases', phases.map(({ kind, name, verdict }) => `${kind} ${name} ${verdict}`).join(', ')],
    ['Commit', run.commit?.slice(0, 12) ?? ''],
    ['Run', run.id],
  ];
  return facts.flatMap(([name, value]) => (value === '' ? [] : [[name, oneLine(value)]]));
}

const dayOf = (at: string) => at.slice(0, 10);

const LONGEST_LINE = 400;

/**
 * External text as one line of bounded length, without bidirectional and invisible characters. Secrets are redacted
 * here, because they no longer match after escaping.
 */
export function oneLine(text: string): string {
  const plain = lastLook(text)
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim();
  const characters = [...plain];
  return characters.length > LONGEST_LINE ? `${characters.slice(0, LONGEST_LINE - 1).join('')}…` : plain;
}

/** The lines that fit, and a last line with the number of the others. Lines are already escaped. */
export function fitting(
  lines: readonly string[],
  { most, characters }: { most: number; characters: number },
): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    // Room for the last line, and for the line breaks.
    if (kept.length === most || length + line.length + 1 > characters - 24) break;
    kept.push(line);
    length += line.length + 1;
  }
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `and ${left} more`];
}
