import { check } from './check.ts';
import { commandOf } from './dispatch.ts';
import { fromHar } from './from-har.ts';
import { fromOpenApi } from './from-openapi.ts';
import { schema } from './schema.ts';

/** `npx fullhouse contract`. */
export const contract = commandOf(
  'npx fullhouse contract',
  'A contract file describes how the harness uses a service (docs/your-service.md).',
  [
    { name: 'check', summary: 'walk two users through a contract, and compare', main: check },
    { name: 'from-openapi', summary: 'write a first contract from an OpenAPI document', main: fromOpenApi },
    {
      name: 'from-har',
      summary: 'write a contract, or complete one, from two HAR recordings',
      main: fromHar,
    },
    { name: 'schema', summary: 'print the JSON schema of contract files, for editors', main: schema },
  ],
);
