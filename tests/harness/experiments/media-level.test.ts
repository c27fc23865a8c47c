import { expect, test } from '@playwright/test';
import { MediaLevel, type Suffered } from '../../../src/experiments/media-level.ts';
import { achievedLoss } from '../../../src/network/achieved.ts';

const ADVICE = {
  quality: 'very_bad',
  recommendedBitrate: 100,
  packetLossAcceptable: false,
  enableAudioPriority: true,
} as const;

/** A level with 80% of 450 packets lost, and a page that reports and shows it, except for the given differences. */
function suffered(
  reported: number,
  { lost = 200, received = 50, ...rest }: Partial<Suffered> & { lost?: number; received?: number } = {},
): MediaLevel {
  const quality = reported === 100 ? 'down' : 'very_bad';
  return new MediaLevel({
    percent: 80,
    achieved: achievedLoss(80, 360, 450),
    silentMs: 600,
    network: {
      source: 'media',
      packets: { lost, received },
      report: { quality, rtt: 5, packetLoss: reported, bandwidth: 10_000, atMs: 1 },
      advice: ADVICE,
    },
    shown: { audioOnly: true, bitrate: '100 kbps' },
    ...rest,
  });
}

function verdicts(level: MediaLevel) {
  const [isReal, isReported, isShown] = level.findings.map(({ verdict }) => verdict);
  return { isReal, isReported, isShown };
}

test.describe('Does a page report the loss that it suffers?', () => {
  const rows = [
    { name: 'the real loss', level: suffered(79.2), verdict: 'passed' },
    { name: 'a loss that chance allows for half a window', level: suffered(87.1), verdict: 'passed' },
    { name: 'too little loss', level: suffered(30), verdict: 'failed' },
    { name: 'no loss', level: suffered(0), verdict: 'failed' },
    { name: 'total loss while packets arrive', level: suffered(100), verdict: 'failed' },
    {
      name: 'total loss while no packet arrives',
      level: suffered(100, { silentMs: 3500 }),
      verdict: 'passed',
    },
    {
      name: 'too little loss while no packet arrives',
      level: suffered(30, { silentMs: 3500 }),
      verdict: 'failed',
    },
    {
      name: 'a loss without any packets',
      level: suffered(0, { lost: 0, received: 0 }),
      verdict: 'inconclusive',
    },
    { name: 'no figure', level: suffered(0, { network: undefined }), verdict: 'failed' },
  ] as const;
  for (const { name, level, verdict } of rows) {
    test(`is ${verdict} when the page reports ${name}`, () => {
      expect(verdicts(level).isReported).toBe(verdict);
    });
  }
});

test.describe('Does a page show what was advised?', () => {
  test('passes when the page shows the banner and the advised bitrate', () => {
    expect(verdicts(suffered(80)).isShown).toBe('passed');
  });
  test('fails when the page shows no banner', () => {
    const shown = { audioOnly: false, bitrate: '100 kbps' };
    expect(verdicts(suffered(80, { shown })).isShown).toBe('failed');
  });
  test('fails when the page shows another bitrate', () => {
    const shown = { audioOnly: true, bitrate: '1000 kbps' };
    expect(verdicts(suffered(80, { shown })).isShown).toBe('failed');
  });
});

test.describe('Is a level measured again?', () => {
  test('does not measure a passed or failed level again', () => {
    expect(suffered(80).isConclusive).toBe(true);
    expect(suffered(0, { achieved: achievedLoss(80, 0, 0) }).isConclusive).toBe(false);
    expect(suffered(0).isConclusive).toBe(true);
  });
  test('measures a level again when its fault was not real', () => {
    const level = suffered(50, { achieved: achievedLoss(80, 225, 450) });
    expect(verdicts(level).isReal).toBe('inconclusive');
    expect(level.isConclusive).toBe(false);
  });
});
