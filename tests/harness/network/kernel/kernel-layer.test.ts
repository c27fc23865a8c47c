import { expect, test } from '@playwright/test';
import { kernelLayerAvailable, type TryProgram } from '../../../../src/network/kernel/kernel-layer.ts';

/** A machine whose programs end with these outcomes; the first key that occurs in the call decides. */
const machine =
  (outcomes: Record<string, Partial<ReturnType<TryProgram>>>): TryProgram =>
  (program, args) => {
    const call = [program, ...args].join(' ');
    const [, outcome] = Object.entries(outcomes).find(([text]) => call.includes(text)) ?? [];
    return { code: 0, output: '', missing: false, ...outcome };
  };

const linux = { platform: 'linux', isRoot: true } as const;

test.describe('The check for the kernel layer', () => {
  test('uses netem where the kernel has it, and nftables otherwise', () => {
    expect(kernelLayerAvailable({ ...linux, run: machine({}) })).toEqual({ ok: true, how: 'netem' });
    const run = machine({ netem: { code: 2, output: 'Error: Specified qdisc kind is unknown.' } });
    expect(kernelLayerAvailable({ ...linux, run })).toEqual({ ok: true, how: 'nftables' });
  });

  for (const [title, surroundings, why] of [
    ['a system other than Linux', { platform: 'darwin' }, 'it needs Linux, but this system is darwin'],
    [
      'a user other than root',
      { platform: 'linux', isRoot: false },
      'it needs root to create network namespaces. Run as root',
    ],
    [
      'a machine without ip and nft',
      { ...linux, run: machine({ 'nft --version': { missing: true }, 'ip --version': { missing: true } }) },
      'it cannot find "ip" and "nft". Install the missing tools (Debian: apt-get install iproute2 nftables)',
    ],
    [
      'a machine that forbids namespaces',
      {
        ...linux,
        run: machine({ trial: { code: 1, output: '\nunshare: unshare failed: Operation not permitted\n' } }),
      },
      'a trial in a network namespace failed: unshare: unshare failed: Operation not permitted',
    ],
  ] as const) {
    test(`refuses ${title} with the reason`, () => {
      expect(kernelLayerAvailable(surroundings)).toEqual({
        ok: false,
        why: `The kernel layer cannot be used: ${why}.`,
      });
    });
  }
});
