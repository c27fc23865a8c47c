#!/usr/bin/env node
// Prepares a new checkout: checks Node, installs the packages of package-lock.json and finds a Chromium. It runs before
// `npm start` and `npm test`, so it is silent and fast if there is nothing to do. It is plain JavaScript without
// packages, because it runs before they are installed.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from './setup/main.mjs';

process.exitCode = await main(process.argv.slice(2), {
  // This file avoids new syntax, so that an old Node can print that it is too old.
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  env: process.env,
  say: console.log,
  complain: console.error,
});
