import { expect, test } from '@playwright/test';
import { allImports, type Import, importsIn, loadedBy, sources, textOf } from './sources.ts';

/**
 * The folders of `src/`, lowest first. Each may import only the folders above it in this list, so that there are no
 * circles. Add a new folder below everything that it needs.
 */
const layers = [
  'kernel',
  'timings',
  'statistics',
  'capture',
  'targets',
  'capacity',
  'soak',
  'request-context',
  'meetings',
  'browser',
  'network',
  'checks',
  'participants',
  'journeys',
  'crowd',
  'faults',
  'config',
  'run',
  'experiments',
  'contract-file',
  'conduct',
  'history',
  'benchmarks',
  'alerts',
  'live',
  'look',
  'results',
  'steering',
  'views',
  'dashboard',
  'reporters',
  'project',
  'commands',
];

/** Folders that may import less than everything above them. */
const narrower: Readonly<Record<string, readonly string[]>> = {
  look: ['kernel'],
  capture: ['timings', 'kernel'],
  statistics: ['timings', 'kernel'],
  targets: ['timings', 'kernel'],
  capacity: ['targets', 'timings', 'statistics', 'kernel'],
  soak: ['targets', 'timings', 'statistics', 'kernel'],
  'request-context': ['timings', 'kernel'],
  'contract-file': [
    'experiments',
    'run',
    'config',
    'meetings',
    'browser',
    'request-context',
    'timings',
    'kernel',
  ],
  browser: ['request-context', 'kernel'],
  network: ['browser', 'timings', 'kernel'],
  conduct: ['meetings', 'request-context', 'kernel'],
  journeys: ['participants', 'meetings', 'kernel'],
  // A crowd reads no settings; settings use the grammars of schedules and targets.
  config: ['crowd', 'network', 'capacity', 'soak', 'targets', 'kernel'],
};

/** The allowed imports, by the first folder of a path; `layers` has the rules within `src`. */
const houses: Readonly<Record<string, readonly string[]>> = {
  bin: ['src'],
  // Only `src/commands/` imports scripts: the catalogue of commands, and checks of the set-up. One script is for all.
  src: ['src', 'scripts'],
  // The service and the harness share only the contract.
  service: ['service'],
  scripts: ['scripts'],
  // It compiles and bundles all of them.
  'scripts/build': ['scripts/build', 'src', 'service'],
  fixtures: ['fixtures', 'src'],
  'playwright.config.ts': ['src'],
  'tests/ready': ['tests/ready', 'fixtures', 'src'],
  'tests/load': ['tests/load', 'fixtures', 'src'],
  'tests/capacity': ['tests/capacity', 'fixtures', 'src'],
  'tests/soak': ['tests/soak', 'fixtures', 'src'],
  'tests/conduct': ['tests/conduct', 'fixtures', 'src'],
  'tests/chaos': ['tests/chaos', 'fixtures', 'src'],
  'tests/bench': ['tests/bench', 'fixtures', 'src'],
  // It tests every part.
  'tests/harness': [
    'tests/harness',
    'fixtures',
    'src',
    'service',
    'scripts',
    'scripts/build',
    '.ci',
    'docs',
    'playwright.config.ts',
  ],
};

const houseOf = (path: string) =>
  /^(?:tests|scripts\/build)\//.test(path) ? path.split('/').slice(0, 2).join('/') : path.split('/')[0]!;
const layerOf = (path: string) => (path.startsWith('src/') ? path.split('/')[1]! : undefined);

/** Where browsers can be: set-up needs it before packages are installed, so it is a script. */
const BROWSERS = 'scripts/setup/chromium.mjs';

/** Why an import is not allowed, or undefined. */
function wrong({ from, to }: Import): string | undefined {
  if (!houses[houseOf(from)]?.includes(houseOf(to))) return `${from} imports ${to}`;
  const [layer, other] = [layerOf(from), layerOf(to)];
  if (houseOf(to) === 'scripts' && layer !== undefined && layer !== 'commands' && to !== BROWSERS)
    return `${from} imports ${to}`;
  if (layer === undefined || other === undefined || layer === other) return undefined;
  const allowed = narrower[layer] ?? layers.slice(0, Math.max(0, layers.indexOf(layer)));
  return allowed.includes(other)
    ? undefined
    : `${from} imports ${to}: src/${layer} may not import src/${other}`;
}

test('every folder of src has a layer, and narrower rules only restrict that layer', () => {
  const known = new Set(sources().flatMap((path) => layerOf(path) ?? []));
  expect([...known].filter((folder) => !layers.includes(folder))).toEqual([]);
  for (const [folder, imports] of Object.entries(narrower))
    expect(imports.filter((one) => !layers.slice(0, layers.indexOf(folder)).includes(one))).toEqual([]);
  expect(new Set(layers).size).toBe(layers.length);
});

test('every import has an allowed direction', () => {
  const imports = allImports();
  expect(imports.length).toBeGreaterThan(300);
  expect(imports.flatMap((one) => wrong(one) ?? [])).toEqual([]);
});

/** Files that load each other, each circle once. */
function circles(loads: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (trail.includes(path) || done.has(path)) return;
    for (const to of loads.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of loads.keys()) visit(path, []);
  return found;
}

test('no files load each other in a circle', () => {
  const own = sources().filter((path) => path.startsWith('src/') || path.startsWith('fixtures/'));
  expect(circles(new Map(own.map((path) => [path, loadedBy(path, textOf(path))])))).toEqual([]);
});

/**
 * The parts of each folder below `top` (its files and its folders) as a graph: part → parts that it imports, types
 * included.
 */
function partsByFolder(imports: readonly Import[], top: string): Map<string, Map<string, string[]>> {
  const graphs = new Map<string, Map<string, string[]>>();
  for (const { from, to } of imports) {
    const [a, b] = [from.split('/'), to.split('/')];
    const depth = a.findIndex((name, at) => name !== b[at]);
    if (a[0] !== top || b[0] !== top || depth < 1) continue;
    const folder = a.slice(0, depth).join('/');
    const graph = graphs.get(folder) ?? new Map<string, string[]>();
    graphs.set(folder, graph);
    graph.set(a[depth]!, [...new Set([...(graph.get(a[depth]!) ?? []), b[depth]!])]);
  }
  return graphs;
}

const upwardInside = (imports: readonly Import[], top: string) =>
  [...partsByFolder(imports, top)].flatMap(([folder, graph]) =>
    circles(graph).map((circle) => `${folder}: ${circle}`),
  );

test('inside each folder, files and folders import in one direction', () => {
  const imports = allImports();
  expect(['src', 'service', 'fixtures'].flatMap((top) => upwardInside(imports, top))).toEqual([]);
});

test.describe('the import check', () => {
  test('reports an import from a folder back into the file that uses it', () => {
    const file = { from: 'src/views/publish.ts', to: 'src/views/page/page.ts' };
    const back = { from: 'src/views/page/a/b.ts', to: 'src/views/publish.ts' };
    expect(upwardInside([file, back], 'src')).toEqual(['src/views: publish.ts → page → publish.ts']);
    expect(upwardInside([file], 'src')).toEqual([]);
  });

  const cases: [string, string, boolean][] = [
    ['src/crowd/slice.ts', 'src/timings/timings.ts', true],
    ['src/timings/timings.ts', 'src/crowd/slice.ts', false],
    ['src/kernel/clock.ts', 'src/timings/timings.ts', false],
    ['src/config/schema.ts', 'src/targets/target.ts', true],
    ['src/config/schema.ts', 'src/meetings/probe.ts', false],
    ['src/crowd/slice.ts', 'src/config/environment.ts', false],
    ['src/crowd/slice.ts', 'service/app.ts', false],
    ['service/app.ts', 'src/kernel/errors.ts', false],
    ['src/crowd/slice.ts', 'fixtures/crowd.ts', false],
    ['fixtures/crowd.ts', 'src/crowd/slice.ts', true],
    ['fixtures/crowd.ts', 'tests/load/meeting-sessions.spec.ts', false],
    ['tests/load/a.spec.ts', 'tests/harness/kernel/virtual-clock.ts', false],
    ['tests/chaos/a.spec.ts', 'service/app.ts', false],
    ['tests/harness/service/a.test.ts', 'service/app.ts', true],
    ['elsewhere/a.ts', 'src/kernel/clock.ts', false],
    ['src/contract-file/har/acts.ts', 'src/meetings/contract/load.ts', true],
    ['src/contract-file/har/acts.ts', 'src/views/table.ts', false],
    ['src/meetings/contract/load.ts', 'src/contract-file/draft.ts', false],
    ['src/novelty/a.ts', 'src/kernel/clock.ts', false],
  ];
  for (const [from, to, isFine] of cases) {
    test(`${isFine ? 'allows' : 'forbids'} ${from} to import ${to}`, () => {
      expect(wrong({ from, to }) === undefined).toBe(isFine);
    });
  }

  test('finds every kind of import and ignores comments', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../timings/b.ts';",
      "export * from './c.ts';",
      "import './d.ts';",
      "const e = await import('../e.ts');",
      "type F = import('./f.ts').F;",
      'import {',
      '  g,',
      '} from "./g.ts";',
      "import { z } from 'zod';",
      "// import { h } from './h.ts';",
      " * as in import { i } from './i.ts'",
    ].join('\n');
    expect(importsIn('src/crowd/x.ts', text)).toEqual([
      'src/crowd/a.ts',
      'src/timings/b.ts',
      'src/crowd/c.ts',
      'src/crowd/d.ts',
      'src/e.ts',
      'src/crowd/f.ts',
      'src/crowd/g.ts',
    ]);
    expect(loadedBy('src/crowd/x.ts', text)).toEqual([
      'src/crowd/a.ts',
      'src/crowd/c.ts',
      'src/crowd/d.ts',
      'src/crowd/g.ts',
    ]);
  });

  test('reports a circle of files and accepts a diamond', () => {
    const of = (loads: Record<string, string[]>) => circles(new Map(Object.entries(loads)));
    expect(of({ a: ['b'], b: ['c'], c: ['b'] })).toEqual(['b → c → b']);
    expect(of({ a: ['a'] })).toEqual(['a → a']);
    expect(of({ a: ['b', 'c'], b: ['d'], c: ['d'] })).toEqual([]);
  });
});
