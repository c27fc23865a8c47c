import { compileExpression, type Expression, type Values } from '../contract/expressions.ts';

export interface ShellCommand {
  /** For `sh -c`: values are in it as `"$1"`, and never as text. */
  readonly script: string;
  readonly values: readonly string[];
}

const HOLE = /\$\{([^{}]*)\}/g;

/**
 * Compiles a shell command with `${expression}` in it. The shell gets values as parameters, so nothing in them is code,
 * wherever the `${…}` stands: alone, or within quotes of either kind.
 */
export function compileCommand(written: string): (values: Values) => ShellCommand {
  const holes: Expression[] = [];
  let script = '';
  let quote: Quote = '';
  let from = 0;
  for (const { index, 0: hole, 1: expression = '' } of written.matchAll(HOLE)) {
    const before = written.slice(from, index);
    quote = quoteAfter(before, quote);
    holes.push(compileExpression(expression, 'identity'));
    script += before + parameter(holes.length, quote);
    from = index + hole.length;
  }
  script += written.slice(from);
  return (values) => ({ script, values: holes.map((hole) => textOf(hole(values))) });
}

type Quote = '' | '"' | "'";

/** Within double quotes it is quoted already; single quotes are left for it and entered again. */
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

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
