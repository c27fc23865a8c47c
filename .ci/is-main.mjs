import { realpathSync } from 'node:fs';

/** Whether Node was started with this file. */
export function isMain({ filename }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === filename;
}
