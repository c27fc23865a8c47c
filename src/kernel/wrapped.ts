/** The width of printed text and of comments. */
const WIDTH = 80;

/** A sentence in lines of at most 80 characters, or of `width`. A word that is longer has a line for itself. */
export function wrapped(sentence: string, first: string, next: string, width = WIDTH): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of sentence.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}
