import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { main } from '../../../src/commands/fullhouse.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { inProcess } from '../kernel/run-command.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read what a contract says
type Contract = any;

/** Runs `npx fullhouse contract …` in this process. */
export function contractCommand(...args: string[]) {
  return inProcess(main, ['contract', ...args]);
}

/** A folder among the outputs of the test, which the next run removes. */
export function folder(): string {
  const { outputDir } = test.info();
  mkdirSync(outputDir, { recursive: true });
  return mkdtempSync(join(outputDir, 'contract-'));
}

/** Writes files into a folder of their own. Returns their paths. */
export function files(texts: Readonly<Record<string, string>>): string[] {
  const place = folder();
  return Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  });
}

export const document = (name: string) => join(import.meta.dirname, 'documents', name);

/** Parses the output of a command, which must be a valid contract. */
export function validContract(text: string): Contract {
  const variables = Object.fromEntries([...text.matchAll(/\benv\.(\w+)/g)].map(([, name]) => [name, 'set']));
  expect(contractOf(text, 'printed.yaml', variables).operations.size).toBeGreaterThan(0);
  return parse(text);
}

export function example(name: string): Contract {
  return parse(
    readFileSync(join(import.meta.dirname, `../../../docs/examples/contracts/${name}.yaml`), 'utf8'),
  );
}
