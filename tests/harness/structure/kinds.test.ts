import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '../../..');

interface NewKind {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Files in which the compiler must report the missing implementation. */
  readonly asks: readonly string[];
}

/** A new kind for each set of kinds, without any other change. */
const newKinds: Readonly<Record<string, NewKind>> = {
  'a fault of a link': {
    file: 'network/link/faults/refusing.ts',
    find: '  apply(line) {\n    line.isRefusing = true;\n  },\n',
    replace: '',
    asks: ['network/link/faults/refusing.ts'],
  },
  'a thing that a link impairs': {
    file: 'network/impairment.ts',
    find: '  latencyMs: timeMs.optional(),',
    replace: '  latencyMs: timeMs.optional(),\n  newImpairment: timeMs.optional(),',
    asks: ['network/impairment.ts'],
  },
  'a model of loss': {
    file: 'network/impairment.ts',
    find: '[bernoulliSchema, gilbertElliottSchema]',
    replace: "[bernoulliSchema, gilbertElliottSchema, z.strictObject({ model: z.literal('new-model') })]",
    asks: ['network/impairment.ts', 'network/link/loss-process.ts'],
  },
  'a command to a link': {
    file: 'network/link/messages.ts',
    find: '  dispose: {',
    replace: '  newCommand: { ask: { path: string }; answer: null };\n  dispose: {',
    asks: ['network/link/proxy/paths.ts'],
  },
  'a condition of a page': {
    file: 'network/page/cdp-conditions.ts',
    find: '  readonly latencyMs?: number;',
    replace: '  readonly latencyMs?: number;\n  readonly newCondition?: number;',
    asks: ['network/page/cdp-conditions.ts'],
  },
  'a way to drop a connection': {
    file: 'checks/drops.ts',
    find: '  stall: {',
    replace: "  'new drop': { reasons: ['ping timeout'], bound: 'silentMs' },\n  stall: {",
    asks: ['faults/drop-connection.ts'],
  },
  'a schedule without a duration': {
    file: 'crowd/schedules/simultaneously.ts',
    find: '  durationMs: () => 0,',
    replace: '',
    asks: ['crowd/schedules/simultaneously.ts'],
  },
  'a schedule in the list of kinds that misses everything': {
    file: 'crowd/schedules/kinds.ts',
    find: "export { holdKind } from './hold.ts';",
    replace:
      "export { holdKind } from './hold.ts';\nexport const newKind = { kind: 'new', isOpen: false } as const;",
    asks: ['crowd/schedules/schedule.ts'],
  },
};

test('a new kind of fault, drop or schedule does not compile without its implementation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const include = ['src/network', 'src/faults', 'src/crowd/schedules'];
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
    for (const [name, { file, find, replace }] of Object.entries(newKinds)) {
      const path = join(folder, 'src', file);
      const text = readFileSync(path, 'utf8');
      expect(text, `${name}: ${file} has "${find}"`).toContain(find);
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const files = [...stdout.matchAll(/^src\/(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file);
    for (const [name, { asks }] of Object.entries(newKinds))
      expect(files, name).toEqual(expect.arrayContaining([...asks]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
