import { expect, test } from '@playwright/test';
import { main } from '../../../src/commands/soak.ts';
import { inProcess } from '../kernel/run-command.ts';

/** The arguments and the settings of the Playwright that the command starts. */
async function started(args: string) {
  const settings: Record<string, string>[] = [];
  const { started: children, ...rest } = await inProcess(
    (words, io) =>
      main(words, {
        ...io,
        node: (nodeArgs, options) => {
          settings.push({ ...options?.environment });
          return io.node(nodeArgs, options);
        },
      }),
    args === '' ? [] : args.split(' '),
  );
  return { ...rest, args: children[0]?.args.slice(1), settings: settings[0] };
}

test('npx fullhouse soak starts the soak alone, with its time and its rounds', async () => {
  expect(await started('2h --rounds 12 --memory=512MiB --workers=2')).toMatchObject({
    args: ['test', '--project=soak', '--workers=2'],
    settings: { SOAK_FOR: '2h', SOAK_ROUNDS: '12', SOAK_MEMORY_LIMIT: '512MiB' },
  });
  expect(await started('')).toMatchObject({ args: ['test', '--project=soak'], settings: {} });
});

test('npx fullhouse soak names what it cannot use, and starts nothing', async () => {
  for (const [args, message] of [
    ['forever', '`npx fullhouse soak` needs a time, such as 2h or 30min, and got "forever".'],
    ['2h 3h', 'needs one time, and got "2h" and "3h". Leave one out.'],
    ['2h --for 3h', 'needs one time, and got "2h" and "3h". Leave one out.'],
    ['--rounds', '--rounds needs a value.'],
    ['2h --project=load', 'chooses the project itself. Leave out --project.'],
  ] as const) {
    const { err, args: child, code } = await started(args);
    expect([code, child]).toEqual([1, undefined]);
    expect(err).toContain(message);
  }
});
