/** Names of characters in HTML that encoders use; others are written by number. */
const named: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};
/** Letters after a backslash that stand for what cannot be seen. */
const lettered: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
};

/**
 * The source of a pattern (flag `u`) that finds a text in each spelling that it has in JSON, HTML, Markdown, CSV or an
 * address, also where one is written within another, and where some characters are escaped and others are not.
 */
export function anySpelling(text: string): string {
  return [...text].map((character) => `(?:${spellings(character).join('|')})`).join('');
}

function spellings(character: string): string[] {
  const code = character.codePointAt(0)!;
  const own = escaped(character);
  const isWord = /[\p{L}\p{N}]/u.test(character);
  // Nobody puts a backslash before a letter or digit that is to stay one.
  const before = isWord ? '' : '\\\\*';
  const found = [
    character === '\\' ? '\\\\+' : `${before}${own}`,
    unicode(character),
    `${before}&(?:amp;)*#(?:0*${code}|[xX]0*${anyCase(code.toString(16))});`,
    [...Buffer.from(character, 'utf8')].map(percent).join(''),
  ];
  const [name, letter] = [named[character], lettered[character]];
  if (name !== undefined) found.push(`${before}&(?:amp;)*${name};`);
  if (letter !== undefined) found.push(`\\\\+${letter}`);
  if (character === '"') found.push('""');
  // Markdown and reports in one line make one space of any.
  if (/\s/.test(character)) found.push('\\s+', '\\+');
  return found;
}

/** `\u00e4`, in two halves beyond the first 65 536 characters, with any number of backslashes. */
function unicode(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const hex = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\\\+u${anyCase(hex)}`;
  }).join('');
}

/** `%c3`, also where the percent sign was encoded once more. */
function percent(byte: number): string {
  return `%(?:25)*${anyCase(byte.toString(16).padStart(2, '0'))}`;
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escaped(character: string): string {
  // What is special in a pattern, and what is not: a code point needs no care.
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
