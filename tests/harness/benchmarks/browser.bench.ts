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
/** The participants of one meeting with audio between them. */
const WITH_SOUND = 6;
const TIMES_AS_MANY = 8;
const MOST_MB = 30;
const MOST_OPEN_S = 0.3;
/** Browsers have a low priority, so a click is slow on a busy machine; it is not measured. */
const TIMEOUT_MS = 120_000;
const MB = 2 ** 20;

/** The browser of a run; without setup, that of CHROMIUM_PATH. */
const surroundings = { chromiumPath: process.env.CHROMIUM_PATH };

function whyNotMeasured(): string | undefined {
  if (process.platform !== 'linux') return 'Only Linux reports the memory of processes.';
  return whyNoBrowser(surroundings);
}

interface Point {
  readonly way: string;
  readonly participants: number;
  readonly bytes: number;
  /** The median time from an empty page to the room on the screen, in ms. */
  readonly openMs: number;
}

/** Opens a new context for one more user, who enters the room. @returns ms until the page with the join button */
async function enter(browser: CrowdBrowser, url: string, meetingId: string): Promise<number> {
  const user = new User(url);
  const from = performance.now();
  const page = await (await browser.newContext()).newPage();
  const room = new RoomPage(page, TIMEOUT_MS);
  await room.open({ url, meetingId, token: user.token });
  const openMs = performance.now() - from;
  await room.join(user.id);
  return openMs;
}

/** The time for an empty page, which is the minimum for any page. @returns ms */
async function openNothing(browser: CrowdBrowser): Promise<number> {
  const from = performance.now();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('data:text/html,<title>Nothing</title>');
  const openMs = performance.now() - from;
  await context.close();
  return openMs;
}

/**
 * Waits until the memory of these browsers is stable for some seconds, and returns its sum in bytes. Pages free the memory
 * of loading after some idle time.
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

test.describe('The browser: what does a page for each participant cost?', () => {
  test(`${IN_ONE} participants share one browser, ${WITH_SOUND} have a browser each`, async () => {
    const reason = whyNotMeasured();
    // The list of results does not print the reason.
    if (reason !== undefined) console.log(`The browser is not measured: ${reason}`);
    test.skip(reason !== undefined, reason);
    const service = launchService({ JWT_SECRET: SECRET, LOG_LEVEL: 'warn' });
    const open: CrowdBrowser[] = [];
    const launch = async () => {
      const browser = await CrowdBrowser.launch(surroundings);
      open.push(browser);
      return browser;
    };
    const closeAll = async () => {
      for (const browser of open.splice(0)) await browser.close();
    };
    try {
      const url = await service.ready;
      const openMeeting = () => new User(url).open({ maxParticipants: 1000 });
      // The service bundles its page for the first request, which does not count.
      await enter(await launch(), url, await openMeeting());
      await closeAll();

      const points: Point[] = [];
      const add = async (way: string, participants: number, opened: readonly number[]) => {
        points.push({ way, participants, bytes: await memoryOf(open), openMs: median([...opened]) });
      };
      const shared = await launch();
      const nothing: number[] = [];
      for (let page = 0; page < FIRST; page++) nothing.push(await openNothing(shared));
      let opened: number[] = [];
      for (let participants = 1; participants <= IN_ONE; participants++) {
        opened.push(await enter(shared, url, await openMeeting()));
        if (![1, FIRST, IN_ONE].includes(participants)) continue;
        await add('one browser', participants, opened);
        opened = [];
      }
      await closeAll();

      const together = await openMeeting();
      const one = await launch();
      for (let index = 0; index < WITH_SOUND; index++) opened.push(await enter(one, url, together));
      await add('one browser, sound between all', WITH_SOUND, opened.splice(0));
      await closeAll();
      for (let index = 0; index < WITH_SOUND; index++) {
        const from = performance.now();
        const browser = await launch();
        opened.push(performance.now() - from + (await enter(browser, url, together)));
      }
      await add('a browser each, sound between all', WITH_SOUND, opened);
      report(points, median(nothing));
    } finally {
      await closeAll();
      service.process.kill('SIGTERM');
      await service.ended;
    }
  });
});

function report(points: readonly Point[], nothingMs: number): void {
  const perGiB = ({ participants, bytes }: Point) => participants / (bytes / 2 ** 30);
  const row = (point: Point) => [
    point.way,
    String(point.participants),
    (point.bytes / MB).toFixed(0),
    (point.bytes / MB / point.participants).toFixed(0),
    perGiB(point).toFixed(1),
    (point.openMs / 1000).toFixed(2),
  ];
  const [alone, first, most] = [1, FIRST, IN_ONE].map(
    (count) => points.find(({ participants }) => participants === count)!,
  ) as [Point, Point, Point];
  const beyondMb = (most.bytes - first.bytes) / MB / (most.participants - first.participants);
  const times = perGiB(most) / perGiB(alone);
  const executable = basename(launchOptions(surroundings).executablePath ?? 'Playwright’s own');
  const isShell = /headless.?shell|own/.test(executable);
  const bounds: Bound[] = [
    {
      what: 'participants per GiB in one browser, times those of one browser per participant',
      measured: times.toFixed(1),
      bound: `at least ${TIMES_AS_MANY}`,
      holds: times >= TIMES_AS_MANY,
    },
    // A full Chromium does more than draw a page for each participant.
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
    question: 'The browser: what does a page for each participant cost?',
    method:
      `The meeting room of the reference service in ${executable}. Everybody is in a meeting of their own with their ` +
      'microphone on, as browser participants are that meet people who speak the protocol alone; the last two rows are ' +
      'meetings of browsers, each of which keeps a connection for sound to every other one. Memory is the PSS of all ' +
      'processes of the browsers, once it stays where it is. Time is from nothing to the page that asks to join: a ' +
      'context, a page, its load (medians); in a browser each, the launch too. Browsers that run at once share their ' +
      'program, so each of them draws less than one alone; other Chromiums on the machine count, too. A page with ' +
      `nothing in it takes ${(nothingMs / 1000).toFixed(2)} s to open here, before any other.`,
    columns: ['way', 'participants', 'MB', 'MB each', 'per GiB', 's to open one'],
    rows: points.map(row),
    bounds,
    data: { points, nothingMs, executable },
  });
}
