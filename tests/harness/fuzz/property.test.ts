import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { holdsFor } from './property.ts';

test('holdsFor() fails a case that never resolves, and names it', async () => {
  const waits = () => new Promise(() => undefined);
  await expect(holdsFor(1, fc.constant('the input'), waits, 50)).rejects.toThrow(
    /Counterexample: \["the input"\]/,
  );
});

test('watch() kills a process whose case blocks the event loop, and names the case', async () => {
  const module = pathToFileURL(`${import.meta.dirname}/time-limit.ts`).href;
  const program = `import(${JSON.stringify(module)}).then(({ watch }) => watch(50)).then((watched) => {
    watched.begin('the input');
    for (;;);
  })`;
  const ended = await new Promise<[NodeJS.Signals | undefined, string]>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', '--eval', program], (error, _, err) =>
      resolve([error?.signal, err]),
    );
  });
  expect(ended).toEqual([
    'SIGKILL',
    'This case kept the processor for more than 50 ms, and was ended: the input\n',
  ]);
});
