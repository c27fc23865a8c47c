import { counted } from '../kernel/figures.ts';
import { lastLook } from '../kernel/secrets.ts';
import type { Alert, Degraded, Recovered, Trouble } from './alert.ts';

export const marks: Readonly<Record<Alert['status'], string>> = {
  degraded: '❌',
  trouble: '❔',
  recovered: '✅',
  interrupted: '⏹',
  well: '✅',
  test: '🔔',
};

/** The service is worse, nobody can say, the service is better. */
export type Subject = 'degraded' | 'trouble' | 'recovered';

export interface Group {
  readonly subject: Subject;
  readonly title: string;
  /** Each a line of plain text, not yet escaped for anything. */
  readonly lines: readonly string[];
}

/** All that a message says, in its order, as plain text. */
export function groupsOf({ degraded, trouble, recovered }: Alert): Group[] {
  const of = (kind: Degraded['kind']) => degraded.filter((one) => one.kind === kind).map(degradedLine);
  const groups: Group[] = [
    { subject: 'degraded', title: 'Missed targets', lines: of('target') },
    { subject: 'degraded', title: 'Failed checks', lines: of('check') },
    { subject: 'degraded', title: 'Regressions', lines: of('regression') },
    { subject: 'trouble', title: 'No verdict, because of', lines: trouble.map(troubleLine) },
    { subject: 'recovered', title: 'Well again', lines: recovered.map(recoveredLine) },
  ];
  return groups.filter(({ lines }) => lines.length > 0);
}

function degradedLine({ phase, of, what, says, runs, since }: Degraded): string {
  const row = runs === 1 ? 'new' : `run ${runs} in a row, since ${dayOf(since)}`;
  return oneLine(`${phase} ${of}: ${what}: ${says} (${row})`);
}

function troubleLine({ phase, of, says }: Trouble): string {
  return oneLine(`${phase} ${of}: ${says}`);
}

function recoveredLine({ kind, phase, of, what, runs, since }: Recovered): string {
  const subject = kind === 'verdict' ? 'it can be judged again' : what;
  return oneLine(`${phase} ${of}: ${subject} (after ${counted(runs, 'run')}, since ${dayOf(since)})`);
}

/** What was asked of what, by name: under a headline. */
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

const LONGEST_LINE = 280;

/**
 * Text from outside as one line of bounded length, without what turns or hides text, and without secrets: they are not
 * found any more once it is escaped.
 */
export function oneLine(text: string): string {
  const plain = lastLook(text)
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim();
  const characters = [...plain];
  return characters.length > LONGEST_LINE ? `${characters.slice(0, LONGEST_LINE - 1).join('')}…` : plain;
}

/** As many lines as fit, and a last one that says how many do not. Lines are already escaped. */
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
