import { type BrowserContext, mergeTests } from '@playwright/test';
import { CrowdBrowser } from '../../../src/browser/crowd-browser.ts';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { seeded } from '../../../src/kernel/random.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { BrowserParticipant } from '../../../src/participants/browser-participant.ts';
import { type EventCause, EventDeliveries } from '../../../src/participants/event-deliveries.ts';
import { LeaveRequest } from '../../../src/participants/leave-request.ts';
import type { Follower } from '../../../src/participants/page/page-recorder.ts';
import { PageProblems } from '../../../src/participants/page/problems.ts';
import { Readings } from '../../../src/participants/page/readings.ts';
import { RoomPage } from '../../../src/participants/room-page.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { userNamed } from '../meetings/fake-context.ts';
import { test as linkTest } from '../network/link/link-fixture.ts';
import { test as serviceTest } from '../service/service-fixture.ts';
import type { User } from '../service/user.ts';

export interface Attendance {
  readonly participant: BrowserParticipant;
  readonly causes: EventCause[];
  readonly problems: PageProblems;
  readonly hands: EventDeliveries;
  /** The reports to the follower of the session: the longest time of each operation, and the failures. */
  readonly took: ReadonlyMap<string, number>;
  readonly failures: readonly [operation: string, outcome: Outcome][];
  readonly outcome: () => Outcome | undefined;
  crash(): Promise<void>;
  /** From now on, the page answers the harness this much later. */
  slow(ms: number): void;
  /** The state of the connection that the page shows. */
  connection(): Promise<string>;
  room(): RoomPage;
  operation(name: string): MergedTimings['actions'];
}

interface AttendOptions {
  readonly timeoutMs?: number;
  readonly traces?: boolean;
  readonly contract?: Contract;
}

type Attend = (user: User, meetingId: string, options?: AttendOptions) => Attendance;

/** Starts participants in pages of a real browser, and closes them. Skips the test where there is no browser. */
export const test = mergeTests(serviceTest, linkTest).extend<
  { attend: Attend },
  { browser_: CrowdBrowser | string }
>({
  browser_: [
    async ({}, use) => {
      const missing = whyNoBrowser();
      if (missing !== undefined) return use(missing);
      const browser = await CrowdBrowser.launch();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  attend: async ({ browser_: browser }, use, testInfo) => {
    if (typeof browser === 'string') return testInfo.skip(true, browser);
    const all: Attendance[] = [];
    await use((user, meetingId, options) => {
      const attendance = attendanceOf(browser, user, meetingId, options);
      all.push(attendance);
      return attendance;
    });
    for (const { participant } of all) await participant.close();
  },
});

export const contract = referenceContract();

function attendanceOf(
  browser: CrowdBrowser,
  user: User,
  meetingId: string,
  { timeoutMs = 30_000, traces = false, contract: agreed = contract }: AttendOptions = {},
): Attendance {
  const timings = new Timings(systemClock.now());
  const hands = new EventDeliveries(timings.operation('page.hand-visible'), 30_000, new Set(['hand-raised']));
  const causes: EventCause[] = [];
  const problems = new PageProblems();
  let ended: Outcome | undefined;
  const took = new Map<string, number>();
  const failures: [operation: string, outcome: Outcome][] = [];
  let context: BrowserContext | undefined;
  const follower: Follower = {
    traces,
    began: async () => undefined,
    took: (operation, ms) => took.set(operation, Math.max(took.get(operation) ?? 0, ms)),
    failed: (operation, outcome) => failures.push([operation, outcome]),
    ends: async (_, outcome) => {
      ended = outcome;
    },
  };
  // Has the timeout of these tests, not that of the participant.
  const room = () => new RoomPage(context!.pages()[0]!, 30_000);
  const participant = new BrowserParticipant({
    contract: agreed,
    identity: userNamed(user.id, user.token),
    meetingId,
    random: seeded('a test', user.id),
    newContext: async () => {
      context = await browser.newContext();
      return context;
    },
    url: user.url,
    timeoutMs,
    clock: systemClock,
    timings,
    problems,
    leaveRequest: new LeaveRequest(systemClock),
    measured: {
      readings: new Readings(),
      handsVisible: hands,
      announce: (cause) => causes.push(cause),
      intendedAt: systemClock.now(),
      follower,
    },
  });
  return {
    participant,
    causes,
    problems,
    hands,
    took,
    failures,
    outcome: () => ended,
    async crash() {
      const [page] = context!.pages();
      // This navigation ends with a crash.
      await page!.goto('chrome://crash').catch(() => undefined);
    },
    slow(ms) {
      const [page] = context!.pages();
      const evaluate = page!.evaluate.bind(page!) as (text: unknown) => Promise<unknown>;
      const late = async (text: unknown) => {
        const answer = await evaluate(text);
        await systemClock.until(systemClock.now() + ms);
        return answer;
      };
      Object.assign(page!, { evaluate: late });
    },
    connection: () => room().connection(),
    room,
    operation: (name) => new MergedTimings([timings.encode(systemClock.now())]).operations.get(name)!,
  };
}
