import { loadSettings } from '../../config/environment.ts';
import type { Command, CommandIo } from '../../kernel/command.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError, wordHint } from '../../kernel/errors.ts';
import { enterProject } from '../../kernel/folders.ts';
import { Baselines } from '../baselines.ts';
import { ofKind } from '../find-records.ts';
import type { HistoryRecord } from '../record.ts';
import { History, type SavedRecords } from '../store.ts';

const kinds: readonly string[] = [
  'load',
  'capacity',
  'soak',
  'chaos',
  'bench',
  'conduct',
] satisfies HistoryRecord['kind'][];

interface Spec {
  /** The command of `npx fullhouse`: `compare`. */
  readonly name: string;
  /** Its options with a value, besides `--kind`. */
  readonly options?: readonly ('metric' | 'runs')[];
  readonly flags?: readonly ('all' | 'yes' | 'even-if-failed')[];
  /** Usually 0. */
  readonly mostRuns?: number;
}

/** The arguments of a command, and the saved records; `records` are those of the kind that was asked for. */
export interface Given extends SavedRecords {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly flags: ReadonlySet<string>;
  /** The arguments that are not options. */
  readonly runs: readonly string[];
  /** The folder of the history. */
  readonly folder: string;
  readonly baselines: Baselines;
}

/** A command that reads the history. It throws a UserError if an option or the number of runs is wrong. */
export function historyCommand(
  { name, options = [], flags, mostRuns }: Spec,
  act: (given: Given, io: CommandIo) => Promise<number>,
): Command {
  return commandWith({
    name: `npx fullhouse ${name}`,
    options: ['kind', ...options],
    ...(flags && { flags }),
    ...(mostRuns !== undefined && { mostFiles: mostRuns }),
    async run({ options: chosen, flags: on, files: runs }, io) {
      const { kind } = chosen;
      if (kind !== undefined && !kinds.includes(kind))
        throw new UserError(`"${kind}" is not a kind of run. ${wordHint(kind, kinds)}`);
      if (chosen.runs !== undefined && !/^[1-9]\d*$/.test(chosen.runs))
        throw new UserError(`"${chosen.runs}" is not a number of runs. Use a whole number from 1.`);
      // The settings and the folders of the history belong to the project, wherever the command was started.
      enterProject();
      const { HISTORY_FOLDER: folder, BASELINES_FOLDER } = loadSettings(io.environment);
      const { records, damaged } = await new History(folder).read();
      const baselines = new Baselines(BASELINES_FOLDER);
      const found = ofKind(records, kind);
      return act({ options: chosen, flags: on, runs, folder, baselines, records: found, damaged }, io);
    },
  });
}
