import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from '@playwright/test';
import { median } from 'simple-statistics';
import { CrowdBrowser } from '../../../src/browser/crowd-browser.ts';
import { launchOptions, whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { familyMemory } from '../../../src/kernel/process-family.ts';
import { RoomPage } from '../../../src/participants/room-page.ts';
import { launchService } from '../service/service-process.ts';
import { SECRET } from '../service/tokens.ts';
import { User } from '../service/user.ts';
import { type Bound, publish } from './bench-report.ts';

const IN_ONE = 40;
const FIRST = 10;
const ALONE = 6;
const TIMES_AS_MANY = 8;
const MOST_MB = 30;
const MOST_OPEN_S = 0.3;
const TIMEOUT_MS = 30_000;
const MB = 2 ** 20;

interface Opened {
  /** From nothing to the room on the screen, in ms. */
  readonly openMs: number;
}

/** Opens a context of its own for one more user, and takes it into the room. */
async function enter(browser: CrowdBrowser, user: User, meetingId: string): Promise<Opened> {
  const from = performance.now();
  const context = await browser.newContext();
  const page = await context.newPage();
  const room = new RoomPage(page, TIMEOUT_MS);
  await room.open({ url: user.url, meetingId, userId: user.id, token: user.token });
  const openMs = performance.now() - from;
  await room.join({ userId: user.id });
  return { openMs };
}

/**
 * Waits until the memory of these browsers has stayed where it is for some seconds, and adds it up, in bytes. What is
 * left over from loading goes when pages have been idle for a while.
 */
async function memoryOf(browsers: readonly CrowdBrowser[]): Promise<number> {
  const read = () => browsers.reduce((sum, { processId }) => sum + (familyMemory(processId!) ?? 0), 0);
  let latest = [read()];
  for (let attempt = 0; attempt < 30; attempt++) {
    await pause(1000);
    latest = [...latest, read()].slice(-8);
    const [least, most] = [Math.min(...latest), Math.max(...latest)];
    if (latest.length === 8 && most - least < least / 100) break;
  }
  return latest.at(-1)!;
}

test.describe('A page of its own for each participant: what does it cost?', () => {
  test(`${IN_ONE} participants in one browser, ${ALONE} in a browser each`, async () => {
    const missing = whyNoBrowser();
    test.skip(missing !== undefined, missing);
    test.skip(process.platform !== 'linux', 'only Linux tells the memory of processes');
    const service = launchService({ JWT_SECRET: SECRET, LOG_LEVEL: 'warn' });
    const open: CrowdBrowser[] = [];
    try {
      const url = await service.ready;
      const meetingId = await new User(url).open({ maxParticipants: 1000 });
      const launch = async () => {
        const browser = await CrowdBrowser.launch();
        open.push(browser);
        return browser;
      };
      const shared = await launch();
      // Not counted: the service bundles its page for the first one who asks.
      await enter(await launch(), new User(url), meetingId);
      await open.pop()!.close();

      const points: { participants: number; bytes: number; openMs: number }[] = [];
      const opened: number[] = [];
      for (let participants = 1; participants <= IN_ONE; participants++) {
        opened.push((await enter(shared, new User(url), meetingId)).openMs);
        if (![1, FIRST, 20, IN_ONE].includes(participants)) continue;
        const bytes = await memoryOf([shared]);
        points.push({ participants, bytes, openMs: median(opened.splice(0)) });
      }
      await shared.close();

      const each: { bytes: number; openMs: number }[] = [];
      const together: CrowdBrowser[] = [];
      for (let index = 0; index < ALONE; index++) {
        const from = performance.now();
        const browser = await launch();
        const launchMs = performance.now() - from;
        const { openMs } = await enter(browser, new User(url), meetingId);
        together.push(browser);
        // Only the first is alone: what browsers have in common counts less for each the more there are.
        if (index === 0) each.push({ bytes: await memoryOf([browser]), openMs: launchMs + openMs });
        else each[0]!.openMs = Math.min(each[0]!.openMs, launchMs + openMs);
      }
      report(points, {
        alone: { participants: 1, ...each[0]! },
        together: { participants: ALONE, bytes: await memoryOf(together), openMs: each[0]!.openMs },
      });
    } finally {
      for (const browser of open) await browser.close();
      service.process.kill('SIGTERM');
      await service.ended;
    }
  });
});

type Point = { participants: number; bytes: number; openMs: number };

function report(points: readonly Point[], { alone, together }: { alone: Point; together: Point }): void {
  const perGiB = ({ participants, bytes }: Point) => participants / (bytes / 2 ** 30);
  const row = (way: string, point: Point) => [
    way,
    String(point.participants),
    (point.bytes / MB).toFixed(0),
    (point.bytes / MB / point.participants).toFixed(0),
    perGiB(point).toFixed(1),
    (point.openMs / 1000).toFixed(2),
  ];
  const most = points.at(-1)!;
  const first = points.find(({ participants }) => participants === FIRST)!;
  const beyondMb = (most.bytes - first.bytes) / MB / (most.participants - first.participants);
  const times = perGiB(most) / perGiB(alone);
  const executable = basename(launchOptions().executablePath ?? 'Playwright’s own');
  const isShell = /headless.?shell|own/.test(executable);
  const bounds: Bound[] = [
    {
      what: 'participants per GiB in one browser, times those of a browser with one',
      measured: times.toFixed(1),
      bound: `at least ${TIMES_AS_MANY}`,
      holds: times >= TIMES_AS_MANY,
    },
    // A full Chromium draws more than a page for each participant.
    ...(isShell
      ? [
          {
            what: `memory of each beyond the first ${FIRST}`,
            measured: `${beyondMb.toFixed(1)} MB`,
            bound: `at most ${MOST_MB} MB`,
            holds: beyondMb <= MOST_MB,
          },
        ]
      : []),
    {
      what: `time to open one beyond the first ${FIRST}`,
      measured: `${(most.openMs / 1000).toFixed(2)} s`,
      bound: `under ${MOST_OPEN_S} s`,
      holds: most.openMs / 1000 < MOST_OPEN_S,
    },
  ];
  publish({
    name: 'browser',
    question: 'A page of its own for each participant: what does it cost?',
    method:
      `The meeting room of the reference service in ${executable}, everybody in one meeting. Memory is the PSS of all ` +
      'processes of the browsers, once it stays where it is. Time is from nothing to the page that asks to join: a ' +
      'context, a page, its load (medians); in a browser each, the launch too (the fastest). Browsers that run at once ' +
      'share their program, so each of them draws less than one alone; other Chromiums on the machine count, too.',
    columns: ['way', 'participants', 'MB', 'MB each', 'per GiB', 's to open one'],
    rows: [
      ...points.map((point) => row('one browser', point)),
      row('a browser with one', alone),
      row('a browser each, at once', together),
    ],
    bounds,
    data: { points, alone, together, executable },
  });
}
