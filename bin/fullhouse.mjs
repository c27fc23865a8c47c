#!/usr/bin/env node
// The command `npx fullhouse`. It is plain JavaScript, because Node reads no TypeScript before tsx is registered.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
process.argv.splice(2, 0, fileURLToPath(new URL('../src/commands/fullhouse.ts', import.meta.url)));
await import('../src/kernel/start-command.ts');
