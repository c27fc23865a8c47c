/** Text from outside for a line or a cell of Markdown: neither a pipe nor markup of its own may change what is around it. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');
}
