import { test } from '../../fixtures/index.ts';
import { check } from '../../src/checks/catalogue.ts';
import { connected, ghostsAnnounced, nobodyLeft, serves } from '../../src/experiments/probes.ts';
import { noErrors, pagesAgree, pagesConnected } from '../../src/experiments/visitor.ts';
import { goOffline } from '../../src/network/page/index.ts';

/** An open WebSocket under an offline page is silent: the page believes in it until a ping is overdue. */
const NOTICED_WITHIN_MS = 10_000;

/** Socket.IO tries again every 5 s at the latest, and then the state has to be fetched. */
const BACK_WITHIN_MS = 20_000;

test.describe('What does a page make of the loss of its connection?', () => {
  test('2 pages go offline while hands are raised, and come back', async ({ laboratory, visitors }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(20);
    const [elsewhere] = await people.open(id, 1);
    await elsewhere!.arrive();
    const pages = await visitors.open(id, 2);
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => people.serviceState(id));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), agree], 10_000);

    const restored = experiment.damaged('the pages are offline');
    const conditions = await experiment.act(
      'the pages go offline',
      () => Promise.all(pages.map(({ page }) => goOffline(page))),
      () => Promise.all(pages.map(({ page }) => page.context().setOffline(false))),
    );
    await experiment.noticed('the pages say so', NOTICED_WITHIN_MS, async () => {
      const states = await Promise.all(pages.map(({ room }) => room.connection()));
      return { ok: !states.includes('connected'), value: states.join(', ') };
    });
    await experiment.act('a hand is raised elsewhere', () => elsewhere!.raiseHand());
    const stale = await agree.ask();
    experiment.find({
      check: 'the fault was real: what happens meanwhile does not reach the pages',
      verdict: stale.ok ? 'unknown' : 'passed',
      says: stale.ok ? 'the pages knew' : 'the pages do not know of the hand',
      evidence: [],
    });
    await experiment.act('online again', () => Promise.all(conditions.map((condition) => condition.undo())));
    restored();
    experiment.fact('recovery time, ms', await experiment.steadyAgain(BACK_WITHIN_MS));

    const { status } = await people.serviceState(id);
    for (const page of pages) await page.tellView(status);
    experiment.judge(check('roster is true'), check('nobody twice'), check('views agree'));
    experiment.find(noErrors(pages));
    await conclude();
  });

  test('a tab is closed without leaving', async ({ laboratory, visitors, chaosService }) => {
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(20);
    const observers = await people.open(id, 2);
    await Promise.all(observers.map((observer) => observer.arrive()));
    const [staying] = await visitors.open(id, 1);
    await staying!.arrive();
    const agree = pagesAgree([staying!], () => people.serviceState(id));
    await experiment.steadyBefore(
      [serves(people, id), connected(observers), nobodyLeft(people, id, 4), agree],
      10_000,
    );

    const [leaving] = await visitors.open(id, 1);
    await experiment.act('somebody comes in a tab', () => leaving!.arrive());
    const removed = experiment.damaged('a closed tab is still in the roster');
    await experiment.act('the tab is closed', () => leaving!.closeTab());
    const { boundMs, graceMs } = chaosService.detection ?? { boundMs: 45_000, graceMs: 30_000 };
    const withinMs = boundMs + graceMs + 1500;
    experiment.fact('recovery time, ms', await experiment.steadyAgain(withinMs + 2000));
    removed();
    await ghostsAnnounced(experiment, people, id, withinMs);

    const { status } = await people.serviceState(id);
    for (const observer of observers) observer.tellView();
    await staying!.tellView(status);
    experiment.judge(
      check('ghosts are removed', { withinMs }),
      check('roster is true'),
      check('nobody twice'),
      check('views agree'),
    );
    experiment.find(noErrors([staying!]));
    await conclude();
  });

  test('the service is killed and started again under 2 open pages', async ({
    laboratory,
    visitors,
    anotherService,
  }) => {
    if (anotherService === undefined) laboratory.notApplicable('an attached service is not ours to kill');
    const { experiment, people, meeting, conclude } = laboratory;
    const id = await meeting(20);
    // The one that is killed; the other one keeps the database, and sees the meeting from outside.
    const first = await anotherService!();
    const pages = await visitors.open(id, 2, { url: first.url });
    await Promise.all(pages.map((page) => page.arrive()));
    const agree = pagesAgree(pages, () => people.serviceState(id));
    await experiment.steadyBefore([serves(people, id), pagesConnected(pages), agree], 10_000);

    const restored = experiment.damaged('the service is away');
    await experiment.act('the service is killed', () => first.kill());
    await experiment.noticed('the pages say so', NOTICED_WITHIN_MS, async () => {
      const states = await Promise.all(pages.map(({ room }) => room.connection()));
      return { ok: states.every((state) => state === 'reconnecting'), value: states.join(', ') };
    });
    const [late] = await people.open(id, 1);
    // Without a socket: those of the other service would count as lost when this one starts.
    await experiment.act('somebody else joins meanwhile', () => late!.join());
    await experiment.act('it is started again', () =>
      anotherService!({ SERVICE_PORT: new URL(first.url).port }),
    );
    restored();
    experiment.fact('recovery time, ms', await experiment.steadyAgain(BACK_WITHIN_MS));

    const { status } = await people.serviceState(id);
    for (const page of pages) await page.tellView(status);
    experiment.judge(check('roster is true'), check('nobody twice'), check('views agree'));
    experiment.find(noErrors(pages));
    await conclude();
  });
});
