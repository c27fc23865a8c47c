import { existsSync, writeFileSync } from 'node:fs';
import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { guide } from '../../kernel/folders.ts';
import { readText, UnreadableFile } from '../../kernel/text-file.ts';
import { wrapped } from '../../kernel/wrapped.ts';
import { contractOf } from '../../meetings/contract/load.ts';

/** Reads a file that the user named. @throws {UserError} if it cannot be read */
export function readInput(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UserError(`The file "${path}" cannot be read (${error.message}).`);
  }
}

interface Result {
  readonly text: string;
  /** The path of the output; without it, the contract goes to standard output. */
  readonly out: string | undefined;
  /** Whether an existing file may be overwritten, because it was completed. */
  readonly mayReplace?: boolean;
  /** Findings and omissions, one sentence each. */
  readonly notes: readonly string[];
  /** Whether recordings answer most of the TODOs: then they are the first step. */
  readonly isForRecordings?: boolean;
}

/**
 * Writes a contract, or prints it, then prints the next steps. Everything else goes to standard error, so that
 * `fullhouse … > contract.yaml` writes only the contract.
 */
export function finish(
  { text, out, mayReplace = false, notes, isForRecordings = false }: Result,
  io: CommandIo,
): void {
  if (out === undefined) io.out(text.trimEnd());
  else {
    if (existsSync(out) && !mayReplace)
      throw new UserError(`"${out}" exists already. Give another name with --out, or remove the file.`);
    writeFileSync(out, text);
    io.err(`Wrote ${out}.`);
  }
  const say = (sentence: string) => io.err(wrapped(sentence, '', '  '));
  for (const note of notes) say(note);
  io.err('');
  io.err('Next:');
  const name = out ?? 'contract.yaml';
  const steps = [
    ...(isForRecordings ? [recordingStep(name)] : []),
    ...todoSteps(text, isForRecordings),
    ...environmentSteps(text),
    `npx fullhouse contract check ${name}`,
  ];
  steps.forEach((step, index) => {
    const [sentence = '', ...commands] = step.split('\n');
    io.err(wrapped(sentence, `  ${index + 1}. `, '     '));
    for (const line of commands) io.err(`     ${line}`);
  });
  const mistake = mistakeIn(text, name);
  if (mistake === undefined) return;
  io.err('\nUntil then:');
  for (const line of mistake.split('\n'))
    io.err(line.startsWith(' ') ? wrapped(line.trim(), '  ', '    ') : wrapped(line, '', '  '));
}

/** A sentence, and below it the lines of a command. */
function recordingStep(name: string): string {
  return [
    `Record two users (${guide('docs/your-service.md')}, step 2), and complete the contract:`,
    'npx fullhouse contract from-har anna.har ben.har \\',
    `  --contract ${name} --out ${name}`,
  ].join('\n');
}

function todoSteps(text: string, isForRecordings: boolean): string[] {
  const todos = text.match(/^\s*# TODO /gm)?.length ?? 0;
  if (todos === 0) return [];
  const which = todos === 1 ? 'the TODO' : `the ${todos} TODOs`;
  return [`Answer ${which} in the contract${isForRecordings ? ', as far as they are left' : ''}.`];
}

function environmentSteps(text: string): string[] {
  const names = variablesIn(text);
  return names.length === 0 ? [] : [`Set in the environment: ${names.join(', ')}.`];
}

function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\benv\.(\w+)/g)].map(([, name]) => name!))];
}

/** Why the contract is not valid yet, apart from variables that are not set. */
function mistakeIn(text: string, name: string): string | undefined {
  try {
    contractOf(text, name, Object.fromEntries(variablesIn(text).map((variable) => [variable, 'later'])));
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
