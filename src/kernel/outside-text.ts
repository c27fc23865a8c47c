/** Writes text from outside (from the service or a user) into a format without changing the text around it. */

const ADDRESS = /\b(https?|wss?):\/\/[^\s"'<>)]+/gi;
const USER = /^(\w+:\/\/)[^/?#]*@/;

/** For a terminal: each control character becomes a space. */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** For a line or a cell of Markdown: escapes pipes and markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');
}

/** JSON for a `<script>`: no text in it can end the element or start a comment. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Replaces the value of each label in the text format of Prometheus. */
export function mapLabels(text: string, change: (name: string, value: string) => string): string {
  return text.replace(
    /([\w.]+)="((?:[^"\\\n]|\\.)*)"/g,
    (_, name: string, value: string) => `${name}="${change(name, value)}"`,
  );
}

/** Removes users, passwords, queries and fragments from URLs, because they may be secrets. */
export function withoutParts(text: string): string {
  return text.replace(ADDRESS, (address) => address.replace(USER, '$1').replace(/[?#].*?(?=[.,;:]?$)/, ''));
}
