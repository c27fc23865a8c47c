import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { packagesOf } from '../../kernel/optional-packages.ts';
import { ownPackage } from '../../kernel/own-package.ts';
import { addArguments, addCommand } from '../../kernel/package-manager.ts';
import { wrapped } from '../../kernel/wrapped.ts';
import type { Answers } from './answers.ts';

/** The packages that the folder lacks, with their versions: `fullhouse@^0.2.0`. */
export function missingPackages({ service }: Answers, folder: string): string[] {
  const { version, peerDependencies } = ownPackage();
  const wanted = [
    `fullhouse@^${version}`,
    `@playwright/test@${peerDependencies['@playwright/test']}`,
    ...(service.kind === 'reference'
      ? packagesOf(['reference service', 'database of the reference service'])
      : []),
  ];
  return wanted.filter((one) => !isInstalled(nameOf(one), folder));
}

/** `fullhouse@^0.2.0` → `fullhouse` */
function nameOf(wanted: string): string {
  return wanted.slice(0, wanted.lastIndexOf('@'));
}

/** Whether Node finds a package from this folder. */
function isInstalled(name: string, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules', name, 'package.json'))) return true;
    if (at === dirname(at)) return false;
  }
}

/** A command of the shell in several lines. */
function inLines(command: string): string {
  return wrapped(command, '  ', '    ', 78).replaceAll('\n', ' \\\n');
}

interface Installation {
  readonly packages: readonly string[];
  readonly folder: string;
  /** Whether the command is only printed. */
  readonly isSkipped: boolean;
}

/** Installs packages with the package manager of the folder. Prints the command first. @throws {UserError} if it fails */
export async function install({ packages, folder, isSkipped }: Installation, io: CommandIo): Promise<void> {
  if (packages.length === 0) return;
  const place = { folder, environment: io.environment };
  const command = addCommand(packages, place);
  io.out(isSkipped ? 'These packages are missing. Add them with:' : 'Installing the missing packages:');
  io.out(`${inLines(command)}\n`);
  if (isSkipped) return;
  const [program, ...args] = addArguments(packages, place);
  const code = await io.program(program, args, folder);
  if (code === 0) return;
  const end = `${program} ended with ${code === null ? 'a signal' : `exit code ${code}`}`;
  if (!packages.every((one) => isInstalled(nameOf(one), folder)))
    throw new UserError(
      `The files are written, but the packages are not installed: ${end}. Correct its mistake above, and start the command again.`,
    );
  // pnpm since version 11 installs all packages, and then fails because of build scripts without approval.
  const choice =
    program === 'pnpm'
      ? ' fullhouse needs no build scripts: approve or refuse them with `pnpm approve-builds`.'
      : '';
  io.out(`\n${wrapped(`${end}, but all packages are installed.${choice}`, '', '')}\n`);
}
