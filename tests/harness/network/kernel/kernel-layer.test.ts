import { expect, test } from '@playwright/test';
import { kernelLayerAvailable, type TryProgram } from '../../../../src/network/kernel/kernel-layer.ts';

/** A machine on which programs end like this; the first whose text occurs in the call decides. */
const machine =
  (outcomes: Record<string, Partial<ReturnType<TryProgram>>>): TryProgram =>
  (program, args) => {
    const call = [program, ...args].join(' ');
    const [, outcome] = Object.entries(outcomes).find(([text]) => call.includes(text)) ?? [];
    return { code: 0, output: '', missing: false, ...outcome };
  };

const linux = { platform: 'linux', isRoot: true } as const;

test.describe('Can packets be lost for real here?', () => {
  test('yes, and late with netem', () => {
    expect(kernelLayerAvailable({ ...linux, run: machine({}) })).toEqual({ ok: true, how: 'netem' });
    const run = machine({ netem: { code: 2, output: 'Error: Specified qdisc kind is unknown.' } });
    expect(kernelLayerAvailable({ ...linux, run })).toEqual({ ok: true, how: 'nftables' });
  });

  for (const [title, surroundings, why] of [
    ['another system', { platform: 'darwin' }, 'it needs Linux, and this is darwin'],
    ['not root', { platform: 'linux', isRoot: false }, 'it needs root, to make network namespaces'],
    [
      'tools missing',
      { ...linux, run: machine({ 'nft --version': { missing: true }, 'ip --version': { missing: true } }) },
      'it needs "ip" and "nft". Install what is missing (Debian: apt-get install iproute2 nftables)',
    ],
    [
      'not permitted',
      {
        ...linux,
        run: machine({ trial: { code: 1, output: '\nunshare: unshare failed: Operation not permitted\n' } }),
      },
      'this machine does not permit it: unshare: unshare failed: Operation not permitted',
    ],
  ] as const) {
    test(`no: ${title}`, () => {
      expect(kernelLayerAvailable(surroundings)).toEqual({
        ok: false,
        why: `The kernel layer cannot be used: ${why}.`,
      });
    });
  }
});
