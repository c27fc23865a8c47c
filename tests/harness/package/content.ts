import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { root } from '../../../scripts/build/build.ts';
import { phaseNames } from '../../../src/config/environment.ts';
import { described, installed, modules, packedFiles } from './staged.ts';

/** What is in the package, and what its code imports. */
export function contentTests(): void {
  test('the package has compiled code, types, guides and schemas, and nothing else', () => {
    const allowed = [
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/fullhouse\.mjs)$/,
      /^docs\/[\w-]+\.(md|schema\.json)$/,
      /^dist\/(fixtures|src|service)\/.+\.(js|mjs)$/,
      // Each phase has its standard tests there: a team without a folder of its own runs them.
      ...[...phaseNames, 'ready'].map(
        (name) => new RegExp(`^dist/tests/${name}/[\\w.-]+\\.(js|d\\.ts|d\\.cts)$`),
      ),
      /^dist\/scripts\/(catalogue|setup)\/[\w-]+\.mjs$/,
      // The files that `npx fullhouse new` and `init` start from.
      /^dist\/docs\/examples\/[\w./-]+\.(ts|json|yaml)$/,
      /^dist\/network-profiles\/[\w-]+\.json$/,
      /^dist\/(merge\.config\.js|(fullhouse|reporters)\.d\.(ts|cts))$/,
      /^dist\/src\/.+\/client\/(main\.css|index\.html|icon\.svg)$/,
      /^dist\/src\/meetings\/contract\/reference\.yaml$/,
      /^dist\/service\/room\/(index\.html|main\.css)$/,
      /^dist\/service\/database\/(guard\.sh|migrations\/[\w-]+\.sql)$/,
    ];
    const files = packedFiles();
    expect(files.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(allowed.filter((pattern) => !files.some((path) => pattern.test(path))).map(String)).toEqual([]);
    // Each module and each guide of the checkout is there.
    const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    expect(guides.filter((name) => !files.includes(`docs/${name}`))).toEqual([]);
  });

  test('no file has a path of this machine, a source map or a picture', () => {
    const paths = [root.replace(/\/$/, ''), homedir(), tmpdir()].filter((path) => path.split('/').length > 2);
    expect(paths.length).toBeGreaterThan(0);
    const texts = packedFiles().map((path) => [path, readFileSync(join(installed, path), 'utf8')] as const);
    expect(
      texts.filter(([, text]) => paths.some((path) => text.includes(path))).map(([path]) => path),
    ).toEqual([]);
    const mapped = texts.filter(([, text]) => /^\/\/# sourceMappingURL=/m.test(text)).map(([path]) => path);
    // These are lists of lines, see name-specs.ts.
    expect(mapped.filter((path) => !/^dist\/tests\/\w+\/[\w-]+\.(spec|verdict)\.js$/.test(path))).toEqual([]);
  });

  /** `import … from`, `export … from`, `import '…'`, `import('…')`, `require.resolve('…')` and `import.meta.resolve('…')`. */
  const specifier =
    /^(?!\s*(?:\/\/|\*)).*?(?:\bfrom\s*|\bimport\s*\(?\s*|\b(?:require|meta)\.resolve\()(['"])([@.\w][^'"\s$]*)\1/gm;

  /** The bundler of a checkout. The package has finished bundles, and never loads these modules. */
  const bundlers = ['src/look/bundle-sources.js', 'service/room-bundle.js'];
  /** Modules that are loaded only if their part is used, after `requirePackages`. */
  const optional =
    /^(service\/|src\/dashboard\/otlp-push\.js|src\/views\/(metrics\/opentelemetry|allure\/(generate|report\.config|quality-gate))\.js)/;

  test('the code imports only what is installed with it', () => {
    const { dependencies, peerDependencies } = described();
    const wrong: string[] = [];
    const used = new Set<string>();
    for (const path of modules()) {
      const text = readFileSync(join(installed, 'dist', path), 'utf8');
      for (const [, , to = ''] of text.matchAll(specifier)) {
        if (to.startsWith('node:')) continue;
        if (to.startsWith('.')) {
          if (!existsSync(join(installed, 'dist', dirname(path), to)))
            wrong.push(`${path}: ${to} is missing`);
          continue;
        }
        const name = to
          .split('/')
          .slice(0, to.startsWith('@') ? 2 : 1)
          .join('/');
        used.add(name);
        if (name in dependencies || name === '@playwright/test' || name === 'fullhouse') continue;
        if (name in peerDependencies && optional.test(path)) continue;
        // These modules look for it from Playwright.
        if (name === 'esbuild' && bundlers.includes(path)) continue;
        wrong.push(`${path}: ${to}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => !used.has(name))).toEqual([]);
  });

  test('the entry points load in an ES module and, without a warning, in CommonJS', () => {
    const load = (by: string) =>
      `for (const name of ['fullhouse', 'fullhouse/reporters']) console.log(String(Object.keys(${by}).length > 0));`;
    expect(evaluated(load('await import(name)'), '--input-type=module')).toBe('true\ntrue\n');
    expect(evaluated(load('require(name)'), '--throw-deprecation')).toBe('true\ntrue\n');
  });

  test('CommonJS can load each standard test: no module waits while it is loaded', () => {
    const files = readdirSync(join(installed, 'dist', 'tests'), { recursive: true, encoding: 'utf8' });
    const specs = files.filter((name) => name.endsWith('.spec.js'));
    expect(specs.length).toBeGreaterThan(10);
    // Outside of a run, a test file throws another error.
    const code = `
      for (const spec of ${JSON.stringify(specs)})
        try { require('fullhouse/tests/' + spec.replace(/\\.js$/, '')); }
        catch (error) { if (/^ERR_/.test(error.code)) console.log(spec, error.code); }`;
    expect(evaluated(code)).toBe('');
  });
}

/** The output of code in the folder of a team. */
function evaluated(code: string, ...options: string[]): string {
  return execFileSync(process.execPath, [...options, '--eval', code], {
    cwd: dirname(dirname(installed)),
    encoding: 'utf8',
  });
}
