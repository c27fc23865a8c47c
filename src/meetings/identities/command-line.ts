import { type Expression, partsOf, textOf, type Values } from '../expressions.ts';

export interface ShellCommand {
  /** For `sh -c`: values are passed as `"$1"`, never as text. */
  readonly script: string;
  readonly values: readonly string[];
}

/**
 * Compiles a shell command with `${expression}` in it. The shell gets values as parameters, so nothing in them is code,
 * wherever the `${…}` stands: alone, or within quotes of either kind.
 */
export function compileCommand(written: string): (values: Values) => ShellCommand {
  const holes: Expression[] = [];
  let script = '';
  let quote: Quote = '';
  for (const part of partsOf(written, 'identity')) {
    if (typeof part === 'string') {
      script += part;
      quote = quoteAfter(part, quote);
    } else script += parameter(holes.push(part), quote);
  }
  return (values) => ({ script, values: holes.map((hole) => textOf(hole(values))) });
}

type Quote = '' | '"' | "'";

/** Double quotes already quote the parameter. Single quotes are closed before it and reopened after it. */
function parameter(position: number, quote: Quote): string {
  const value = `\${${position}}`;
  if (quote === '"') return value;
  return quote === "'" ? `'"${value}"'` : `"${value}"`;
}

function quoteAfter(text: string, before: Quote): Quote {
  let quote = before;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && quote !== "'") at++;
    else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return quote;
}
