import { callOf, commandNamed, groups, usageOf } from './commands.mjs';
import { settingsInHelp } from './settings.mjs';

const WIDTH = 80;
/** The width of the first column of the overview. */
const CALL = 30;

/** Whether the arguments ask for help. After `--`, they belong to another program. */
export function asksForHelp(args) {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** The help of one command, in lines of at most 80 characters. */
export function helpOf(command) {
  // An alias has the settings and options of its command, and its own name and example.
  const shown = { ...commandNamed(command.alias), ...command };
  const { about, details, options = [], settings = [], example } = shown;
  const isNpm = callOf(command).startsWith('npm ');
  const separator = isNpm && shown.arguments === undefined && options.length > 0 ? ' --' : '';
  return [
    `Usage: ${usageOf(shown)}${options.length > 0 ? `${separator} [OPTIONS]` : ''}`,
    '',
    wrap(sentence(about)),
    ...(details === undefined ? [] : ['', wrap(details)]),
    ...section('Options', [...options, ['--help', 'print this text, and start nothing']]),
    ...section(
      'Main settings, from the environment or .env (npx fullhouse settings lists all)',
      settings.map((name) => [name, settingsInHelp[name]]),
    ),
    '',
    'Example:',
    `  ${example}`,
  ].join('\n');
}

/** `npx fullhouse --help`: all commands, with an example of each that has arguments or settings. */
export function overview() {
  return [
    'Usage: npx fullhouse COMMAND',
    '',
    'Load, chaos and benchmarks for meetings services.',
    ...groups.flatMap(({ title, commands }) => ['', `${title}:`, ...commands.flatMap(lines)]),
    '',
    'Each command explains itself: npx fullhouse COMMAND --help. So do the runs:',
    'npx fullhouse load --help. The guides are in the folder docs.',
  ].join('\n');
}

function lines(command) {
  const call = callOf(command);
  const rows =
    call.length <= CALL
      ? [`  ${call.padEnd(CALL)}  ${command.about}`]
      : [`  ${call}`, ' '.repeat(CALL + 4) + command.about];
  return command.example === call ? rows : [...rows, `      ${command.example}`];
}

function section(title, rows) {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  const indent = ' '.repeat(width + 4);
  return ['', `${title}:`, ...rows.map(([name, text]) => wrap(text, `  ${name.padEnd(width)}  `, indent))];
}

function sentence(about) {
  return `${about[0].toUpperCase()}${about.slice(1)}.`;
}

function wrap(text, first = '', next = first) {
  const rows = [];
  let row = first;
  for (const word of text.split(' ')) {
    const isEmpty = row === first || row === next;
    if (!isEmpty && row.length + 1 + word.length > WIDTH) {
      rows.push(row);
      row = next + word;
    } else row += isEmpty ? word : ` ${word}`;
  }
  return [...rows, row].join('\n');
}
