import { expect, test } from '@playwright/test';
import { seeded } from '../../../../src/kernel/random.ts';
import { toTransitions } from '../../../../src/network/impairment.ts';
import type { StandardFault } from '../../../../src/network/link/faults/faults.ts';
import { preparedFault } from '../../../../src/network/link/faults/prepared-fault.ts';
import { lossProcess } from '../../../../src/network/link/loss-process.ts';
import { handshakeDelayMs, retransmissionTimeoutMs } from '../../../../src/network/link/tcp.ts';

const DRAWS = 200_000;

test.describe('Do the loss models lose the set percentage?', () => {
  for (const percent of [0, 1, 10, 20, 50, 70, 90, 100]) {
    test(`Bernoulli loses ${percent}%`, () => {
      const { lost } = drawn(lossProcess({ model: 'bernoulli', percent }, seeded('bernoulli', percent)));
      const p = percent / 100;
      // Five standard deviations of the binomial distribution
      expect(Math.abs(lost - DRAWS * p)).toBeLessThanOrEqual(5 * Math.sqrt(DRAWS * p * (1 - p)));
    });
  }

  // The published examples of the model
  const examples = [
    { lossPercent: 2, meanBurst: 2, enter: 0.0102, leave: 0.5 },
    { lossPercent: 10, meanBurst: 3, enter: 0.037, leave: 0.333 },
    { lossPercent: 30, meanBurst: 4, enter: 0.107, leave: 0.25 },
    { lossPercent: 50, meanBurst: 4, enter: 0.25, leave: 0.25 },
    { lossPercent: 70, meanBurst: 5, enter: 0.467, leave: 0.2 },
  ] as const;
  for (const { lossPercent, meanBurst, ...expected } of examples) {
    test(`Gilbert–Elliott loses ${lossPercent}% in bursts of ${meanBurst}`, () => {
      const loss = { model: 'gilbert-elliott', lossPercent, meanBurst } as const;
      const { p: enter, r: leave } = toTransitions(loss);
      expect(enter).toBeCloseTo(expected.enter, 3);
      expect(leave).toBeCloseTo(expected.leave, 3);
      const { lost, bursts } = drawn(lossProcess(loss, seeded('bursts', lossPercent)));
      const p = lossPercent / 100;
      // The states are correlated by 1 − enter − leave, which widens the binomial interval.
      const correlation = 1 - enter - leave;
      const deviation = Math.sqrt((DRAWS * p * (1 - p) * (1 + correlation)) / (1 - correlation));
      expect(Math.abs(lost - DRAWS * p)).toBeLessThanOrEqual(5 * deviation);
      // Bursts are geometric: mean B, standard deviation sqrt(B (B − 1))
      const spread = Math.sqrt((meanBurst * (meanBurst - 1)) / bursts);
      expect(Math.abs(lost / bursts - meanBurst)).toBeLessThanOrEqual(5 * spread);
    });
  }

  test('Gilbert–Elliott loses the set percentage of first transmissions', () => {
    const loss = { model: 'gilbert-elliott', lossPercent: 30, meanBurst: 4 } as const;
    let lost = 0;
    for (let run = 0; run < 5000; run++) if (lossProcess(loss, seeded('first', run))()) lost += 1;
    expect(Math.abs(lost - 1500)).toBeLessThanOrEqual(5 * Math.sqrt(5000 * 0.3 * 0.7));
  });

  test('a loss model makes the same decisions for the same seed', () => {
    const decisions = (seed: string) => {
      const process = lossProcess({ model: 'bernoulli', percent: 30 }, seeded(seed));
      return Array.from({ length: 200 }, process);
    };
    expect(decisions('a')).toEqual(decisions('a'));
    expect(decisions('a')).not.toEqual(decisions('b'));
  });
});

test.describe('The model of TCP', () => {
  test('computes the first retransmission timeout from latency and jitter', () => {
    expect(retransmissionTimeoutMs({})).toBe(200);
    expect(retransmissionTimeoutMs({ up: { latencyMs: 25 }, down: { latencyMs: 25 } })).toBe(250);
    expect(retransmissionTimeoutMs({ up: { latencyMs: 300 }, down: { latencyMs: 300 } })).toBe(800);
    // ± 80 ms each way has a mean deviation of 80 ms, and four times 80 ms is more than 200 ms.
    expect(
      retransmissionTimeoutMs({ up: { latencyMs: 50, jitterMs: 80 }, down: { latencyMs: 50, jitterMs: 80 } }),
    ).toBe(420);
  });

  // The part of connects that complete within 20 s at this loss
  for (const [percent, share] of [
    [10, 1],
    [30, 0.997],
    [50, 0.95],
    [70, 0.7],
    [90, 0.16],
  ] as const) {
    test(`completes ${share * 100}% of connects within 20 s at ${percent}% loss`, () => {
      const random = seeded('connects', percent);
      const loses = () => random() < percent / 100;
      const runs = 20_000;
      let through = 0;
      for (let run = 0; run < runs; run++)
        if ((handshakeDelayMs(loses, loses) ?? Infinity) <= 20_000) through += 1;
      expect(Math.abs(through / runs - share)).toBeLessThan(0.012);
    });
  }

  test('fails a connect when one direction loses all packets', () => {
    expect(
      handshakeDelayMs(
        () => true,
        () => false,
      ),
    ).toBeUndefined();
    expect(
      handshakeDelayMs(
        () => false,
        () => true,
      ),
    ).toBeUndefined();
    expect(
      handshakeDelayMs(
        () => false,
        () => false,
      ),
    ).toBe(0);
  });
});

test('each fault describes itself in a sentence', () => {
  const described = (fault: StandardFault) => preparedFault(fault, 1000).onLine.description;
  const loss = { model: 'bernoulli', percent: 20 } as const;
  const bursts = { model: 'gilbert-elliott', lossPercent: 10, meanBurst: 3 } as const;
  expect(
    [
      described({ kind: 'impaired', up: { latencyMs: 100, jitterMs: 20, bandwidthKbps: 1000, loss } }),
      described({ kind: 'impaired', up: { loss: bursts }, down: { loss: bursts } }),
      described({ kind: 'stalled', direction: 'both' }),
      described({ kind: 'stalled', direction: 'up' }),
      described({ kind: 'half-open', direction: 'down' }),
      described({ kind: 'refusing' }),
    ].join('\n'),
  ).toBe(
    [
      'impaired: up 100 ms ± 20 ms, 1000 kbit/s, loss 20% of TCP segments; down unimpaired',
      'impaired: both ways loss 10% of TCP segments in bursts of 3',
      'stalled both ways',
      'stalled up',
      'half-open: bytes down disappear without an error',
      'refusing new connections',
    ].join('\n'),
  );
});

function drawn(isLost: () => boolean): { lost: number; bursts: number } {
  let [lost, bursts, before] = [0, 0, false];
  for (let draw = 0; draw < DRAWS; draw++) {
    const now = isLost();
    if (now) lost += 1;
    if (now && !before) bursts += 1;
    before = now;
  }
  return { lost, bursts };
}
