import { expect, test } from '@playwright/test';
import { readConfig } from '../../../../service/config.ts';
import { allowance } from '../../../../service/realtime/allowance.ts';
import { addressOf, meetingIdIn, readAddress } from '../../../../service/room/address.ts';
import { pauseMs } from '../../../../service/room/backoff.ts';
import { levelOf, levelOfBitrate } from '../../../../service/room/network/level.ts';
import { isDue } from '../../../../service/room/network/pace.ts';
import { userOf } from '../../../../service/room/token.ts';
import { inWords } from '../../../../service/room/words.ts';
import { SignInLinks } from '../../../../service/sign-in.ts';
import { networkQuality } from '../../../../src/experiments/network-quality.ts';
import { tokenOf } from '../tokens.ts';

const ID = '3f2a9c1e-7b64-4d0a-9c55-0123456789ab';

test('an address has its meeting in the query or fragment, and its token only in the fragment', () => {
  const read = (rest: string) => readAddress(`http://127.0.0.1:3002${rest}`);
  expect(read('/')).toEqual({ meetingId: undefined, token: undefined, signInKey: undefined });
  expect(read(`/?meeting=${ID}`)).toEqual({ meetingId: ID, token: undefined, signInKey: undefined });
  expect(read(`/#meeting=${ID}&token=a.b.c`)).toEqual({
    meetingId: ID,
    token: 'a.b.c',
    signInKey: undefined,
  });
  expect(read(`/?meeting=${ID}#token=a.b.c`)).toEqual({
    meetingId: ID,
    token: 'a.b.c',
    signInKey: undefined,
  });
  expect(read(`/?meeting=${ID}&token=a.b.c`).token).toBeUndefined();
  expect(read('/?sign-in=key').signInKey).toBeUndefined();
  expect(read('/#sign-in=key').signInKey).toBe('key');
  expect(read('/?meeting=%3Cscript%3E').meetingId).toBeUndefined();
  expect(addressOf(ID)).toBe(`/?meeting=${ID}`);
  expect(addressOf(undefined)).toBe('/');
  expect(meetingIdIn(`see http://x/?meeting=${ID.toUpperCase()}, at ten`)).toBe(ID);
  for (const nonsense of ['', 'a meeting', ID.slice(1)]) expect(meetingIdIn(nonsense)).toBeUndefined();
});

test('a token names its user, and an invalid token names no user', () => {
  expect(userOf(tokenOf('Zoë 🙋'))).toBe('Zoë 🙋');
  for (const nonsense of [
    '',
    'a',
    'a.b.c',
    `a.${btoa('{}')}.c`,
    `a.${btoa('null')}.c`,
    `a.${btoa('{"userId":7}')}.c`,
  ])
    expect(userOf(nonsense)).toBeUndefined();
});

test('sign-in links expire, and are only for a service on loopback without an owner', () => {
  let now = 0;
  const links = new SignInLinks(() => now);
  const [first] = /(?<=#sign-in=).+/.exec(links.textFor('http://127.0.0.1:3002'))!;
  now = 15 * 60_000 - 1;
  expect(links.userOf(first)).toBe('Ada');
  for (const wrong of ['', 'Ada', undefined, {}]) expect(() => links.userOf(wrong)).toThrow(/has expired/);
  now += 1;
  expect(() => links.userOf(first)).toThrow(/has expired/);

  const areFor = (settings: NodeJS.ProcessEnv) => SignInLinks.areFor(readConfig(settings));
  for (const settings of [{}, { SERVICE_HOST: '127.0.0.9' }, { SERVICE_HOST: '::1' }])
    expect(areFor(settings)).toBe(true);
  for (const settings of [
    { SERVICE_HOST: '0.0.0.0' },
    { SERVICE_HOST: '192.168.0.7' },
    { SERVICE_OWNER: 'a run' },
    { SERVICE_OWNER_PID: '1' },
    { SERVICE_STYLE: 'deployed' },
  ])
    expect(areFor(settings), JSON.stringify(settings)).toBe(false);
});

test('the text of a refusal has the waiting time and no error code', () => {
  expect(inWords({ code: 'RATE_LIMITED', retryAfterS: 1 })).toContain('in 1 second.');
  expect(inWords({ code: 'RATE_LIMITED', retryAfterS: 45 })).toContain('in 45 seconds.');
  expect(inWords({ code: 'RATE_LIMITED', retryAfterS: 299 })).toContain('in 5 minutes.');
  for (const code of ['MEETING_FULL', 'NETWORK', 'SOMETHING_NEW'])
    expect(inWords({ code })).not.toMatch(/_|[A-Z]{3}/);
});

test('the pauses between reconnects follow the contract, or the longer wait of the service', () => {
  const seconds = Array.from({ length: 10 }, (_, index) => pauseMs(index + 1) / 1000);
  expect(seconds.slice(0, 4)).toEqual([1, 1.5, 2.25, 3.375]);
  expect(seconds[9]).toBeCloseTo(38.4, 1);
  expect(pauseMs(30)).toBe(60_000);
  expect(pauseMs(1, 120)).toBe(120_000);
});

test('the network levels equal those of the harness at every limit of the contract', () => {
  const borders = {
    rtt: [0, 99, 100, 199, 200, 499, 500, 999, 1000],
    packetLoss: [0, 0.9, 1, 3, 5, 9.9, 10, 99],
  };
  const bandwidths = [10_000, 1001, 1000, 501, 500, 201, 200, 101, 100, 50];
  const differing = borders.rtt.flatMap((rtt) =>
    borders.packetLoss.flatMap((packetLoss) =>
      bandwidths
        .map((bandwidth) => ({ rtt, packetLoss, bandwidth }))
        .filter((measured) => levelOf(measured) !== networkQuality(measured).quality),
    ),
  );
  expect(differing).toEqual([]);
  expect(levelOf({ rtt: 1, packetLoss: 100, bandwidth: 1000 })).toBe('down');
  expect(levelOf({ rtt: 1, packetLoss: 0, bandwidth: 0 })).toBe('down');
  expect([2000, 1000, 500, 200, 100, 0].map(levelOfBitrate)).toEqual([
    'excellent',
    'good',
    'poor',
    'bad',
    'very_bad',
    'down',
  ]);
});

test('network reports keep the rate limit of the contract, even if the level changes often', () => {
  const reports = (qualityAt: (second: number) => 'good' | 'bad') => {
    const sent: { atMs: number; quality: 'good' | 'bad' }[] = [];
    for (let atMs = 0; atMs < 60_000; atMs += 250) {
      const quality = qualityAt(atMs / 1000);
      if (isDue(atMs, quality, sent.at(-1))) sent.push({ atMs, quality });
    }
    return sent;
  };
  expect(reports(() => 'good')).toHaveLength(12);
  const flapping = reports((second) => (Math.floor(second * 4) % 2 ? 'good' : 'bad'));
  expect(flapping.length).toBeGreaterThan(12);
  expect(flapping.length).toBeLessThan(60);
  // A changed level is reported long before the next report is due.
  const [, changed] = reports((second) => (second < 2 ? 'good' : 'bad'));
  expect(changed).toEqual({ atMs: 2_000, quality: 'bad' });
  expect(isDue(10_000, 'bad', undefined, 10_001)).toBe(false);
});

test('an allowance permits its burst at once, and its rate over time', () => {
  let now = 0;
  const isAllowed = allowance({ burst: 3, perSecond: 2, now: () => now });
  const taken = (attempts: number) => Array.from({ length: attempts }, isAllowed).filter(Boolean).length;
  expect(taken(10)).toBe(3);
  now = 1_000;
  expect(taken(10)).toBe(2);
  now = 60_000;
  expect(taken(10)).toBe(3);
});
