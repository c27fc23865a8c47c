/** The labels in the text format of Prometheus, each with the value that is to stand there. */
export function mapLabels(text: string, change: (name: string, value: string) => string): string {
  return text.replace(
    /([\w.]+)="((?:[^"\\\n]|\\.)*)"/g,
    (_, name: string, value: string) => `${name}="${change(name, value)}"`,
  );
}
