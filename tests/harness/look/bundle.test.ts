import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { bundle } from '../../../src/look/bundle.ts';

/** The processes of esbuild that this process has started. */
function bundlers(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  return children.split('\n').flatMap((line) => (line.includes('esbuild') ? Number.parseInt(line, 10) : []));
}

test('bundles again after Ctrl-C has ended the process of esbuild', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-bundle-'));
  try {
    const entry = join(folder, 'main.ts');
    writeFileSync(join(folder, 'style.css'), 'body { color: red }');
    writeFileSync(entry, "import './style.css';\nconsole.log('bundled' satisfies string);");
    expect((await bundle(entry, 'iife')).script).toContain('bundled');
    for (const pid of bundlers()) process.kill(pid, 'SIGINT');
    await expect.poll(bundlers).toEqual([]);
    expect((await bundle(entry, 'iife')).script).toContain('bundled');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
