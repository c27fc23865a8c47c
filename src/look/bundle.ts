import { type BuildOptions, build } from 'esbuild';

/** One script and one style, minified. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Bundles the script of a page with all that it imports, the chart library and the styles included. */
export async function bundle(entry: string, format: NonNullable<BuildOptions['format']>): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/',
    format,
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
  });
  const built = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: built('.js'), style: built('.css') };
}
