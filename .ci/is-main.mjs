import { realpathSync } from 'node:fs';

/** Whether this file is the program that Node was started with, and not only imported. */
export function isMain({ filename }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === filename;
}
