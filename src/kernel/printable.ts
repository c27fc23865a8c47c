/** Text from outside for a terminal: whatever the terminal would take for a command becomes a space. */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
