import { basename } from 'node:path';
import type { Command } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { OpenApiDocument } from '../openapi/document.ts';
import { openApiDraft } from '../openapi/openapi-draft.ts';
import { writeDraft } from '../write-draft.ts';
import { readArguments } from './arguments.ts';
import { finish, readInput } from './output.ts';

const NAME = 'npx fullhouse contract from-openapi';
const USAGE = `Usage: ${NAME} FILE [--out contract.yaml]

Writes a first contract from an OpenAPI document: version 3.0, 3.1 or 2.0, as
YAML or JSON. What the document does not say is marked with TODO.

  --out FILE   where to write it; without it, the contract is printed

Example: ${NAME} openapi.yaml --out contract.yaml`;

/** `npx fullhouse contract from-openapi`. */
export const fromOpenApi: Command = async (args, io) => {
  const { options, files, isHelp } = readArguments(args, NAME, ['out']);
  if (isHelp) {
    io.out(USAGE);
    return 0;
  }
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new UserError(
      `Give one OpenAPI document${files.length > 1 ? `, and not ${files.length}` : ''}.\n${USAGE}`,
    );
  const { draft, notes } = openApiDraft(OpenApiDocument.read(readInput(file), file));
  const found = Object.keys(draft.operations);
  const text = writeDraft(draft, `Written from ${basename(file)}. docs/your-service.md explains each entry.`);
  const said = `Operations found: ${found.length > 0 ? found.join(', ') : 'none'}.`;
  const { operations, service, events } = draft;
  const isForRecordings = !operations['meeting.join'] || !service.socket || !events;
  finish({ text, out: options.out, mayReplace: false, notes: [said, ...notes], isForRecordings }, io);
  return 0;
};
