import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { configIn } from '../../kernel/folders.ts';
import { readText } from '../../kernel/text-file.ts';
import type { FullhouseOptions } from '../../project/options.ts';
import { describesChat } from '../examples/chat.ts';
import { endingOf, isModuleFolder, type Language, languageIn } from '../examples/language.ts';

/** Where a new file goes, and how it is written. */
export interface Project {
  readonly folder: string;
  /** The folder of the tests, relative to the project. */
  readonly testDir: string;
  readonly language: Language;
  readonly ending: ReturnType<typeof endingOf>;
  /** Whether its service has chat messages. */
  readonly hasChat: boolean;
}

export function projectOf(folder: string, { testDir = 'tests', contract }: FullhouseOptions): Project {
  const config = configIn(folder);
  const language = languageIn(folder, config && basename(config)) ?? 'TypeScript';
  return {
    folder,
    testDir: testDir.replace(/^\.\//, '').replace(/\/$/, ''),
    language,
    ending: endingOf({ language, isModule: isModuleFolder(folder) }),
    hasChat: contract === undefined || hasChat(resolve(folder, contract)),
  };
}

/** A contract that is a module is not started for this. */
function hasChat(contract: string): boolean {
  const isText = ['.yaml', '.yml', '.json'].includes(extname(contract));
  return isText && existsSync(contract) && describesChat(readText(contract));
}
