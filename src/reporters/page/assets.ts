import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let script: Promise<string> | undefined;

/** The script of the page with the chart library in it, made once in a process. */
export function pageScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [own('client/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
  });
  // Inside a `<script>`, this would end it; in a string or a pattern of the script it means the same.
  return outputFiles[0]!.text.replaceAll('</script', '<\\/script');
}

/** In this order: later ones go before earlier ones. */
const styles = [
  ...['colours', 'ground', 'marks', 'keys'].map((name) => own(`../../look/style/${name}.css`)),
  ...['base', 'verdict', 'tables', 'charts', 'narrow', 'print'].map((name) => own(`style/${name}.css`)),
];

export function pageStyle(): string {
  return [require.resolve('uplot/dist/uPlot.min.css'), ...styles]
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}
