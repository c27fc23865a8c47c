#!/usr/bin/env node
// Makes a fresh checkout ready: checks Node, installs the packages of package-lock.json and finds a Chromium.
// Runs before `npm start` and `npm test`, so it is silent and quick where nothing is to be done, and it is plain
// JavaScript without packages, because it runs before there are any.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from './setup/main.mjs';

process.exitCode = await main(process.argv.slice(2), {
  // Also an old Node must get as far as to be told that it is old, so nothing newer is used here.
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  env: process.env,
  say: console.log,
  complain: console.error,
});
