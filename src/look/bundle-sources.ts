import { type BuildOptions, build, type Format, stop } from 'esbuild';

/** One script and one style, minified. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** Bundles the TypeScript of a page and its styles. Only a checkout and the build of the package do this. */
export async function bundleSources(entry: string, format: Format): Promise<Bundle> {
  const options = {
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false as const,
    outdir: '/',
    format,
    target: 'es2022',
    charset: 'utf8' as const,
    legalComments: 'inline' as const,
    logLevel: 'silent' as const,
  } satisfies BuildOptions & { write: false };
  const { outputFiles } = await build(options).catch(async () => {
    // Ctrl-C in a terminal also ends the process of esbuild, which it starts again only after `stop`.
    await stop();
    return build(options);
  });
  const built = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: built('.js'), style: built('.css') };
}
