#!/usr/bin/env node
// The command `npx fullhouse`. The npm package has compiled code. A checkout has TypeScript, which needs tsx.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const isCheckout = existsSync(here('../src/commands/fullhouse.ts'));

if (isCheckout) (await import('tsx/esm/api')).register();
const [folder, ending] = isCheckout ? ['../src', 'ts'] : ['../dist/src', 'js'];
process.argv.splice(2, 0, here(`${folder}/commands/fullhouse.${ending}`));
await import(new URL(`${folder}/kernel/start-command.${ending}`, import.meta.url));
