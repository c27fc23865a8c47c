import { basename } from 'node:path';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { guide } from '../../kernel/folders.ts';
import { OpenApiDocument } from '../openapi/document.ts';
import { openApiDraft } from '../openapi/openapi-draft.ts';
import { writeDraft } from '../write-draft.ts';
import { finish, readInput } from './output.ts';

const NAME = 'npx fullhouse contract from-openapi';
const USAGE = `Usage: ${NAME} FILE [--out contract.yaml]

Writes a first contract from an OpenAPI document: version 3.0, 3.1 or 2.0, as
YAML or JSON. A TODO marks each gap of the document.

  --out FILE   where to write it; without it, the contract is printed

Example: ${NAME} openapi.yaml --out contract.yaml`;

export const fromOpenApi = commandWith({
  name: NAME,
  usage: USAGE,
  options: ['out'],
  mostFiles: Number.POSITIVE_INFINITY,
  run({ options, files: [file, ...more] }, io) {
    if (file === undefined || more.length > 0)
      throw new UserError(
        `Give one OpenAPI document${file === undefined ? '' : `, not ${more.length + 1}`}.\n${USAGE}`,
      );
    const { draft, notes } = openApiDraft(OpenApiDocument.read(readInput(file), file));
    const { operations, service, events } = draft;
    const found = Object.keys(operations).join(', ') || 'none';
    finish(
      {
        text: writeDraft(
          draft,
          `Written from ${basename(file)}. ${guide('docs/contract-file.md')} explains each entry.`,
        ),
        out: options.out,
        notes: [`Operations found: ${found}.`, ...notes],
        isForRecordings: !operations['meeting.join'] || !service.socket || !events,
      },
      io,
    );
    return 0;
  },
});
