/** How text from outside (of the service, of a user) is written into a format without changing what is around it. */

const ADDRESS = /\b(https?|wss?):\/\/[^\s"'<>)]+/gi;
const USER = /^(\w+:\/\/)[^/?#]*@/;

/** For a terminal: each character that a terminal would take for a command becomes a space. */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** For a line or a cell of Markdown: no pipe and no markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');
}

/** JSON for the inside of a `<script>`: no text in it can end the element, or begin a comment. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Labels in the text format of Prometheus, each with the value that `change` returns. */
export function mapLabels(text: string, change: (name: string, value: string) => string): string {
  return text.replace(
    /([\w.]+)="((?:[^"\\\n]|\\.)*)"/g,
    (_, name: string, value: string) => `${name}="${change(name, value)}"`,
  );
}

/** Addresses end at their paths: users, passwords, queries and fragments may be secrets. */
export function withoutParts(text: string): string {
  return text.replace(ADDRESS, (address) => address.replace(USER, '$1').replace(/[?#].*?(?=[.,;:]?$)/, ''));
}
