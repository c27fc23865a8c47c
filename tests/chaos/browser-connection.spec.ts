import { test } from '../../fixtures/index.ts';
import { ghostsAreRemoved, noUserTwice, rosterIsTrue, viewsAgree } from '../../src/checks/catalogue.ts';
import { proof } from '../../src/checks/check.ts';
import { noErrors, pagesAgree, pagesConnected } from '../../src/experiments/page-checks.ts';
import { connected, ghostsAnnounced, onlyThese, serves } from '../../src/experiments/probes.ts';
import { goOffline } from '../../src/network/page/throttle.ts';
import type { RecordedPage } from '../../src/participants/recorded-page.ts';

/** The WebSocket of an offline page stays open and silent. The page notices it when a ping is overdue. */
const NOTICED_WITHIN_MS = 10_000;

/** Socket.IO retries at least every 5 s, and then the page reads the state. */
const BACK_WITHIN_MS = 20_000;

const states = (pages: readonly RecordedPage[]) => Promise.all(pages.map(({ room }) => room.connection()));

test.describe('What does a page make of the loss of its connection?', () => {
  test('2 pages go offline while hands are raised, and come back', async ({
    experiment,
    browserParticipants,
  }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(20);
    const [elsewhere] = await cohort.arrive(meetingId, 1);
    const pages = await browserParticipants.open(meetingId, 2);
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => cohort.serviceState(meetingId));
    let conditions: Awaited<ReturnType<typeof goOffline>>[] = [];
    await experiment.run({
      steady: [serves(cohort, meetingId), pagesConnected(pages), agree],
      steadyWithinMs: 10_000,
      fault: {
        damage: 'the pages are offline',
        inject: {
          'the pages go offline': async () => {
            conditions = await Promise.all(pages.map(({ page }) => goOffline(page)));
          },
        },
        undo: () => Promise.all(pages.map(({ page }) => page.context().setOffline(false))),
        during: {
          'the pages notice it': () =>
            experiment.noticed('the pages show it', NOTICED_WITHIN_MS, async () => {
              const value = await states(pages);
              return { ok: !value.includes('connected'), value: value.join(', ') };
            }),
          'a hand is raised elsewhere': () => elsewhere!.raiseHand(),
        },
        async prove() {
          const isKnown = (await agree.ask()).ok;
          return proof(
            'the fault was real: what happens meanwhile does not reach the pages',
            !isKnown,
            isKnown ? 'the pages knew' : 'the pages do not know of the hand',
          );
        },
        heal: { 'online again': () => Promise.all(conditions.map((condition) => condition.undo())) },
      },
      recoverWithinMs: BACK_WITHIN_MS,
      settleMs: 0,
      compare: [{ meetingId, views: pages }],
      checks: [rosterIsTrue(), noUserTwice(), viewsAgree()],
      findings: () => [noErrors(pages)],
    });
  });

  test('a tab is closed without leaving', async ({ experiment, browserParticipants, chaosService }) => {
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(20);
    const observers = await cohort.arrive(meetingId, 2);
    const [staying, leaving] = await browserParticipants.open(meetingId, 2);
    await staying!.arrive();
    const { boundMs, graceMs } = chaosService.detection ?? { boundMs: 45_000, graceMs: 30_000 };
    const withinMs = boundMs + graceMs + 1500;
    await experiment.run({
      steady: [
        serves(cohort, meetingId),
        connected(observers),
        onlyThese(cohort, meetingId, 4),
        pagesAgree([staying!], () => cohort.serviceState(meetingId)),
      ],
      steadyWithinMs: 10_000,
      before: { 'another user comes in a tab': () => leaving!.arrive() },
      fault: {
        damage: 'a closed tab is still in the roster',
        inject: { 'the tab is closed': () => leaving!.vanish() },
        lastsUntilSteady: true,
      },
      recoverWithinMs: withinMs + 2000,
      afterwards: {
        'the room hears of it': () => ghostsAnnounced(experiment, cohort, meetingId, withinMs),
      },
      settleMs: 0,
      compare: [{ meetingId, views: [...observers, staying!] }],
      checks: [ghostsAreRemoved({ withinMs }), rosterIsTrue(), noUserTwice(), viewsAgree()],
      findings: () => [noErrors([staying!])],
    });
  });

  test('the service is killed and started again under 2 open pages', async ({
    experiment,
    browserParticipants,
    anotherService,
  }) => {
    if (anotherService === undefined) experiment.notApplicable('an attached service is not ours to kill');
    const { cohort } = experiment;
    const meetingId = await cohort.meeting(20);
    // This service is killed. The other one keeps the database and reads the meeting from outside.
    const first = await anotherService!();
    const pages = await browserParticipants.open(meetingId, 2, { url: first.url });
    await Promise.all(pages.map((page) => page.arrive()));
    const [late] = await cohort.open(meetingId, 1);
    await experiment.run({
      steady: [
        serves(cohort, meetingId),
        pagesConnected(pages),
        pagesAgree(pages, () => cohort.serviceState(meetingId)),
      ],
      steadyWithinMs: 10_000,
      fault: {
        damage: 'the service is away',
        inject: { 'the service is killed': () => first.kill() },
        during: {
          'the pages notice it': () =>
            experiment.noticed('the pages show it', NOTICED_WITHIN_MS, async () => {
              const value = await states(pages);
              return { ok: value.every((state) => state === 'reconnecting'), value: value.join(', ') };
            }),
          // It only joins: a socket of the other service would count as lost when this service starts.
          'another user joins meanwhile': () => late!.join(),
        },
        heal: {
          'it is started again': () => anotherService!({ SERVICE_PORT: new URL(first.url).port }),
        },
      },
      recoverWithinMs: BACK_WITHIN_MS,
      settleMs: 0,
      compare: [{ meetingId, views: pages }],
      checks: [rosterIsTrue(), noUserTwice(), viewsAgree()],
      findings: () => [noErrors(pages)],
    });
  });
});
