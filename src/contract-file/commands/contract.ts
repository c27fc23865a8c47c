import { commandOf, commandWith } from '../../kernel/command-arguments.ts';
import { guide } from '../../kernel/folders.ts';
import { contractJsonSchema } from '../../meetings/contract/load.ts';
import { check } from './check.ts';
import { fromHar } from './from-har.ts';
import { fromOpenApi } from './from-openapi.ts';
import { record } from './record.ts';

const schema = commandWith({
  name: 'npx fullhouse contract schema',
  usage: `Usage: npx fullhouse contract schema

Prints the JSON schema of contract files: what
${guide('docs/contract.schema.json')} holds.
Editors read it when the contract begins with this line:
  # yaml-language-server: $schema=${guide('docs/contract.schema.json')}`,
  run(_, io) {
    io.out(JSON.stringify(contractJsonSchema(), null, 2));
    return 0;
  },
});

/** `npx fullhouse contract …` */
export const main = commandOf(
  'npx fullhouse contract',
  `A contract file describes how the harness uses a service (${guide('docs/your-service.md')}).`,
  {
    check: { summary: 'walk two users through a contract, and compare', main: check },
    'from-openapi': { summary: 'write a first contract from an OpenAPI document', main: fromOpenApi },
    record: { summary: 'record two users in their browsers, for from-har', main: record },
    'from-har': { summary: 'write a contract, or complete one, from two HAR recordings', main: fromHar },
    schema: { summary: 'print the JSON schema of contract files, for editors', main: schema },
  },
);
