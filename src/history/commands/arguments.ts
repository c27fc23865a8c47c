import { parseArgs } from 'node:util';
import { loadSettings } from '../../config/environment.ts';
import { enterCheckout } from '../../kernel/checkout.ts';
import type { Command, CommandIo } from '../../kernel/command.ts';
import { UserError, wordHint } from '../../kernel/errors.ts';
import { Baselines } from '../baselines.ts';
import { ofKind } from '../find-records.ts';
import type { HistoryRecord } from '../record.ts';
import { History, type SavedRecords } from '../store.ts';

const kinds: readonly string[] = ['load', 'chaos', 'bench', 'conduct'] satisfies HistoryRecord['kind'][];

interface Options {
  readonly kind?: string;
  readonly metric?: string;
  readonly runs?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly 'even-if-failed'?: boolean;
  readonly help?: boolean;
}

type Option = Exclude<keyof Options, 'help'>;

const types = {
  kind: 'string',
  metric: 'string',
  runs: 'string',
  all: 'boolean',
  yes: 'boolean',
  'even-if-failed': 'boolean',
} as const;

interface Usage {
  readonly usage: string;
  readonly options: readonly Option[];
  readonly mostRuns: number;
}

/** The arguments of a command, and the saved records; `records` are those of the kind that was asked for. */
export interface Given extends SavedRecords {
  readonly values: Options;
  /** The arguments that are not options. */
  readonly runs: readonly string[];
  /** The folder of the history. */
  readonly folder: string;
  readonly baselines: Baselines;
}

/**
 * A command that reads the history. It prints its usage on `--help`, and throws a UserError with the usage if an option
 * or the number of runs is wrong.
 */
export function historyCommand(usage: Usage, act: (given: Given, io: CommandIo) => Promise<number>): Command {
  return async (args, io) => {
    const { values, runs } = readArguments(args, usage);
    if (values.help) {
      io.out(usage.usage);
      return 0;
    }
    // The settings and the folders of the history belong to the project, wherever the command was started.
    enterCheckout();
    const { HISTORY_FOLDER: folder, BASELINES_FOLDER } = loadSettings(io.environment);
    const { records, damaged } = await new History(folder).read();
    const baselines = new Baselines(BASELINES_FOLDER);
    return act({ values, runs, folder, baselines, records: ofKind(records, values.kind), damaged }, io);
  };
}

function readArguments(
  args: readonly string[],
  { usage, options, mostRuns }: Usage,
): Pick<Given, 'values' | 'runs'> {
  const known = [...options, 'help'].map((option) => `--${option}`);
  for (const word of args) {
    const option = /^--[^=]+/.exec(word)?.[0];
    if (option !== undefined && !known.includes(option))
      throw new UserError(`Unknown option "${option}". ${wordHint(option, known)}`);
  }
  const chosen = Object.fromEntries(options.map((option) => [option, { type: types[option] }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...chosen, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const read = values as Options;
    if (read.kind !== undefined && !kinds.includes(read.kind))
      throw new Error(`"${read.kind}" is not a kind of run. Use one of: ${kinds.join(', ')}`);
    if (read.runs !== undefined && !/^[1-9]\d*$/.test(read.runs))
      throw new Error(`"${read.runs}" is not a number of runs`);
    if (positionals.length > mostRuns) throw new Error(`Unexpected argument "${positionals[mostRuns]}"`);
    return { values: read, runs: positionals };
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\. To specify|\n/);
    throw new UserError(`${sentence!.replace(/\.$/, '')}. ${usage}`);
  }
}
