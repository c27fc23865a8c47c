import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { fromTransitions, lossSchema, toTransitions } from '../../../../src/network/impairment.ts';
import { loadProfile, profileNames } from '../../../../src/network/profiles/load.ts';
import { describeProfile, toLink } from '../../../../src/network/profiles/profile.ts';
import { profileFileSchema } from '../../../../src/network/profiles/schema.ts';

type Line = [downKbps: number | undefined, upKbps: number | undefined, rttMs: number, jitterMs?: number];

/** The published values, typed in by hand. */
const lines: Record<string, Line> = {
  'wpt-3g-slow': [780, 330, 200],
  'wpt-3g': [1600, 768, 300],
  'wpt-3g-fast': [1600, 768, 150],
  'wpt-cable': [5000, 1000, 28],
  'wpt-fios': [20_000, 5000, 4],
  'wpt-edge': [240, 200, 840],
  'wpt-2g': [35, 32, 1300],
  'sitespeed-3g': [1600, 768, 150],
  'sitespeed-4g': [9000, 9000, 85],
  'sitespeed-lte': [12_000, 12_000, 35],
  'chrome-3g': [500, 500, 400],
  'chrome-slow-4g': [1600, 750, 150],
  'chrome-fast-4g': [9000, 1500, 60],
  'lighthouse-slow-4g': [1638.4, 750, 150],
  'comcast-edge': [250, 250, 300],
  'comcast-dsl-poor': [2000, 2000, 70],
  'comcast-wifi': [30_000, 30_000, 40],
  'str0m-wifi-lossy': [50_000, 50_000, 30, 10],
  'str0m-wifi-congested': [5000, 5000, 20, 20],
  'str0m-cellular': [30_000, 30_000, 100, 15],
  'str0m-satellite': [15_000, 15_000, 1200, 30],
  'loadero-loss-5': [undefined, undefined, 0],
  'loadero-loss-10': [undefined, undefined, 0],
  'loadero-loss-20': [undefined, undefined, 0],
  'loadero-loss-50': [undefined, undefined, 0],
  'loadero-loss-100': [undefined, undefined, 0],
};

const losses: Record<string, { percent: number } | { p: number; r: number }> = {
  'comcast-edge': { percent: 1.5 },
  'comcast-dsl-poor': { percent: 2 },
  'comcast-wifi': { percent: 0.2 },
  'str0m-wifi-lossy': { p: 0.025, r: 0.5 },
  'str0m-wifi-congested': { p: 0.05, r: 0.5 },
  'str0m-cellular': { p: 0.01, r: 0.5 },
  'str0m-satellite': { p: 0.01, r: 0.333 },
  'loadero-loss-5': { percent: 5 },
  'loadero-loss-10': { percent: 10 },
  'loadero-loss-20': { percent: 20 },
  'loadero-loss-50': { percent: 50 },
  'loadero-loss-100': { percent: 100 },
};

const aliases = { '3g-slow': 'wpt-3g-slow', '4g': 'sitespeed-4g', 'wifi-lossy': 'str0m-wifi-lossy' };

test.describe('The network profiles', () => {
  test('profileNames() lists all published profiles and their aliases', () => {
    const names = profileNames();
    expect(names).toEqual(expect.arrayContaining([...Object.keys(lines), ...Object.keys(aliases)]));
    for (const name of names) expect(loadProfile(name).source.name, name).not.toBe('');
  });

  for (const [name, [downKbps, upKbps, rttMs, jitterMs = 0]] of Object.entries(lines)) {
    test(`${name} has the published numbers and names its source`, () => {
      const profile = loadProfile(name);
      expect(profile).toMatchObject({ name, rttMs, jitterMs });
      expect([profile.downKbps, profile.upKbps]).toEqual([downKbps, upKbps]);
      expect(profile.source.name).not.toBe('');
      const expected = losses[name];
      if (expected === undefined) expect(profile.loss).toBeUndefined();
      else if ('percent' in expected) expect(profile.loss).toEqual({ model: 'bernoulli', ...expected });
      else {
        expect(profile.loss).toEqual({ model: 'gilbert-elliott', ...fromTransitions(expected) });
      }
    });
  }

  for (const [alias, name] of Object.entries(aliases)) {
    test(`${alias} is an alias of ${name}`, () => expect(loadProfile(alias)).toEqual(loadProfile(name)));
  }
});

test.describe('How does a profile impair a link?', () => {
  test('splits the round trip over both directions, and sets a rate for each', () => {
    expect(toLink(loadProfile('wpt-3g-slow'))).toEqual({
      up: { latencyMs: 100, jitterMs: 0, bandwidthKbps: 330 },
      down: { latencyMs: 100, jitterMs: 0, bandwidthKbps: 780 },
    });
  });

  test('applies jitter and loss bursts to both directions', () => {
    const { up, down } = toLink(loadProfile('str0m-satellite'));
    expect(up).toEqual(down);
    expect(up).toMatchObject({ latencyMs: 600, jitterMs: 30, bandwidthKbps: 15_000 });
    // 0.01 / (0.01 + 0.333) and 1 / 0.333
    expect(up?.loss).toEqual({
      model: 'gilbert-elliott',
      lossPercent: expect.closeTo(2.915, 3),
      meanBurst: expect.closeTo(3.003, 3),
    });
  });

  test('sets only loss for a profile with only loss', () => {
    const loss = { model: 'bernoulli', percent: 20 };
    expect(toLink(loadProfile('loadero-loss-20')).up).toEqual({ latencyMs: 0, jitterMs: 0, loss });
  });

  for (const [lossPercent, meanBurst, p, r] of [
    [2, 2, 0.0102, 0.5],
    [10, 3, 0.037, 0.333],
    [30, 4, 0.107, 0.25],
    [50, 4, 0.25, 0.25],
    [70, 5, 0.467, 0.2],
  ] as const) {
    test(`converts ${lossPercent}% loss in bursts of ${meanBurst} to p ${p} and r ${r}, and back`, () => {
      const transitions = toTransitions({ lossPercent, meanBurst });
      expect(transitions.p).toBeCloseTo(p, 3);
      expect(transitions.r).toBeCloseTo(r, 3);
      expect(fromTransitions(transitions).lossPercent).toBeCloseTo(lossPercent, 9);
      expect(fromTransitions(transitions).meanBurst).toBeCloseTo(meanBurst, 9);
    });
  }

  test('refuses a mean burst that is too short for its loss', () => {
    const loss = { model: 'gilbert-elliott', lossPercent: 80, meanBurst: 3 };
    expect(lossSchema.safeParse(loss).success).toBe(false);
    expect(lossSchema.safeParse({ ...loss, meanBurst: 4.1 }).success).toBe(true);
  });
});

test.describe('How does a profile describe itself?', () => {
  for (const [name, sentence] of [
    [
      'wpt-3g-slow',
      'wpt-3g-slow: 780 kbit/s down, 330 kbit/s up, round trip 200 ms (WebPageTest, connectivity sample "3GSlow").',
    ],
    [
      'str0m-wifi-lossy',
      'str0m-wifi-lossy: 50 Mbit/s both ways, round trip 30 ms, jitter ±10 ms each way, 4.76% of packets lost each way in bursts of 2 (str0m netem, preset "wifi-lossy").',
    ],
    [
      'loadero-loss-5',
      'loadero-loss-5: rate unlimited, 5% of packets lost each way (Loadero, network condition "5 % packet loss").',
    ],
  ] as const) {
    test(`describes ${name} in a sentence`, () => expect(describeProfile(loadProfile(name))).toBe(sentence));
  }
});

test('the published JSON Schema equals the schema that validates profiles', () => {
  const written = JSON.parse(readFileSync('docs/network-profile.schema.json', 'utf8'));
  expect(written).toEqual(z.toJSONSchema(profileFileSchema, { io: 'input' }));
});
