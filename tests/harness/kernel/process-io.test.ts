import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { inWidth } from '../../../src/kernel/process-io.ts';

const MODULE = new URL('../../../src/kernel/process-io.ts', import.meta.url).href;

/** The exit code and the errors of a process that prints after its reader has closed, as in `| head -1`. */
async function unread(outlives: boolean): Promise<{ code: unknown; errors: string }> {
  const script = `
    const { outliveOutput } = await import(${JSON.stringify(MODULE)});
    if (${outlives}) outliveOutput();
    console.log('first');
    process.stdin.once('data', () => {
      console.log('second');
      // An error of the stream comes a turn later.
      setImmediate(() => setImmediate(() => process.exit(7)));
    });
  `;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.end('go');
  const [code] = await once(child, 'close');
  return { code, errors };
}

test('outliveOutput() keeps a process running after its output is closed', async () => {
  expect(await unread(true)).toEqual({ code: 7, errors: '' });
  const { code, errors } = await unread(false);
  expect(code).toBe(1);
  expect(errors).toContain('EPIPE');
});

test('an error of a command fits 80 columns; commands and indented lines stay whole', () => {
  const command = '`npx fullhouse baseline`';
  expect(inWidth(`${'a sentence that is long '.repeat(3)}${command}.`)).toBe(
    `${'a sentence that is long '.repeat(3).trim()}\n${command}.`,
  );
  const indented = `  ${'npm i -D one '.repeat(10)}`;
  expect(inWidth(`short\n${indented}`)).toBe(`short\n${indented}`);
});
