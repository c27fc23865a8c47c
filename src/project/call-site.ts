import { fileURLToPath } from 'node:url';
import { type CallSite, framesOf } from '../kernel/stack-frames.ts';

/**
 * The code that called the function in a module.
 * @param stack of an error that this function created
 * @param module the URL of the module: its frames are skipped
 */
export function callerOf(stack: string, module: string): CallSite | undefined {
  const own = fileURLToPath(module);
  const frames = framesOf(stack);
  const first = frames.findIndex(({ file }) => file === own);
  return frames.slice(first + 1).find(({ file }) => file !== own);
}
