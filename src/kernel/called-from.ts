import { compileFunction } from 'node:vm';

/** Calls a function; in stacks, the call is at another place. */
export type CallFrom = <Args extends unknown[]>(call: (...args: Args) => unknown, ...args: Args) => void;

/**
 * A function whose calls are at the place that called `inner`. Playwright takes the place of a test from the code that calls
 * `test`. So tests that a function of fullhouse defines are in the file of the team that calls this function, and the name
 * of that file on the command line selects them.
 * @param inner the function that is being called now
 */
export function fromCallerOf(inner: (...args: never[]) => unknown): CallFrom {
  const place = callerOf(inner);
  const file = place?.getFileName();
  if (place === undefined || !file) return (call, ...args) => void call(...args);
  // The call itself is the only code, so it has the line and the column of the caller.
  const calling = compileFunction('call(...args)', ['call', 'args'], {
    filename: file,
    lineOffset: (place.getLineNumber() ?? 1) - 1,
    columnOffset: (place.getColumnNumber() ?? 1) - 1,
  });
  return (call, ...args) => void calling(call, args);
}

/** The place as Node sees it: Playwright finds the line of the source from the line of the compiled code. */
function callerOf(inner: (...args: never[]) => unknown): NodeJS.CallSite | undefined {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites;
  try {
    const holder: { stack?: NodeJS.CallSite[] } = {};
    Error.captureStackTrace(holder, inner);
    return holder.stack?.[0];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
