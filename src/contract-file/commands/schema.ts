import type { Command } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { contractJsonSchema } from '../../meetings/contract/load.ts';
import { readArguments } from './arguments.ts';

const USAGE = `Usage: npx fullhouse contract schema

Prints the JSON schema of contract files: what docs/contract.schema.json holds.
Editors read it when the contract begins with this line:
  # yaml-language-server: $schema=docs/contract.schema.json`;

/** `npx fullhouse contract schema`. */
export const schema: Command = async (args, io) => {
  const { isHelp, files } = readArguments(args, 'npx fullhouse contract schema', []);
  if (files.length > 0) throw new UserError(`"${files[0]}" is one word too many.\n${USAGE}`);
  io.out(isHelp ? USAGE : JSON.stringify(contractJsonSchema(), null, 2));
  return 0;
};
