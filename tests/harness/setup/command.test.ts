import { expect, test } from '@playwright/test';
import { gist, run } from '../../../scripts/setup/command.mjs';

const node = (code: string, limits: Partial<Parameters<typeof run>[2]> = {}) =>
  run(process.execPath, ['-e', code], { limitMs: 20_000, ...limits });

test.describe('a program that the set-up starts', () => {
  test('a program is stopped at its time limit', async () => {
    expect(await node('setInterval(() => {}, 1000)', { limitMs: 200 })).toMatchObject({ timedOut: true });
  });

  test('a program is stopped together with its children, which would keep the output open', async () => {
    test.skip(process.platform === 'win32', 'there are no process groups');
    const parent = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });`;
    expect(await node(parent, { limitMs: 500 })).toMatchObject({ timedOut: true });
  });

  test('a program without early progress output is stopped, and one with it continues', async () => {
    const limits = { firstSignMs: 1, sign: /\d+%/ };
    expect(await node('setInterval(() => {}, 1000)', limits)).toMatchObject({ timedOut: true });
    const patient = await node("console.log('10%')", { ...limits, firstSignMs: 10_000 });
    expect(patient).toEqual({ code: 0, output: '10%\n', timedOut: false });
  });

  test('a program returns its exit code and its output without colours, or 127 if it is missing', async () => {
    const failed = await node("console.log('out'); console.error('err'); process.exit(7)");
    expect(failed).toMatchObject({ code: 7, timedOut: false });
    expect(failed.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect((await node("process.stdout.write('\\x1b[31mred\\x1b[0m')")).output).toBe('red');
    expect((await run('/no/such/program', [], { limitMs: 1000 })).code).toBe(127);
  });
});

test('the gist of an output omits stack lines and empty lines', () => {
  expect(gist('a\n\n    at file.js:1\nb\nc\n', 2)).toBe('b\nc');
});
