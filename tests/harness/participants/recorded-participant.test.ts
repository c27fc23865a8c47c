import { noEventLost, rosterIsTrue, viewsAgree } from '../../../src/checks/catalogue.ts';
import { judgeHistory } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { Cohort } from '../../../src/experiments/cohort.ts';
import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import { systemClock as clock } from '../../../src/kernel/clock.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { EventDeliveries } from '../../../src/participants/event-deliveries.ts';
import { LeaveRequest } from '../../../src/participants/leave-request.ts';
import { ProtocolParticipant } from '../../../src/participants/protocol-participant.ts';
import { recorded } from '../../../src/participants/recorded-participant.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { accessOf } from '../meetings/access-of.ts';
import { expect, test } from '../service/service-fixture.ts';

async function cohortOf(url: string) {
  const ledger = new Ledger(() => clock.now());
  const timings = new Timings(clock.now());
  const prefix = `recorded-${process.pid}-${Date.now() % 1e6}`;
  const access = await accessOf();
  const common = { access, ledger, timings, clock, timeoutMs: 30_000, offers: { hand: true } };
  const cohort = new Cohort({ serviceUrl: url, socketUrl: url, prefix, ...common });
  return { access, cohort, ledger, timings, prefix };
}

test('an experiment runs a load-test journey, and checks judge its history', async ({ url }) => {
  const { cohort, ledger } = await cohortOf(url);
  const meetingId = await cohort.meeting(10);
  const [observer] = await cohort.arrive(meetingId, 1);
  const [user] = await cohort.open(meetingId, 1);
  const mix = { hand: 1, 'network.report': 1, 'meeting.get': 1 };
  const journey = attendMeeting({ actions: 6, thinkMs: [1, 5], mix });
  expect(await journey(user!)).toBe('completed');
  await expect.poll(() => observer!.view.roster?.length).toBe(2);
  observer!.recordView();
  await cohort.serviceState(meetingId);
  ledger.close();
  const operations = ledger.entries.flatMap((entry) =>
    entry.type === 'ok' && entry.who === user!.userId ? [entry.op] : [],
  );
  expect(operations).toEqual(expect.arrayContaining(['meeting.join', 'room.enter', 'meeting.leave']));
  for (const check of [rosterIsTrue(), viewsAgree(), noEventLost({ graceMs: 0 })])
    expect(judgeHistory(check, ledger.entries)).toMatchObject({ verdict: 'passed' });
  await cohort.close();
});

test('records a crowd participant and still matches its deliveries', async ({ url }) => {
  const { access, cohort, ledger, timings, prefix } = await cohortOf(url);
  const meetingId = await cohort.meeting(10);
  const identity = await access.identities.open(`${prefix}-crowd`);
  const contract = referenceContract();
  const deliveries = new EventDeliveries(timings.operation('event.delivery'), 30_000, contract.causedEvents);
  const driver = new ProtocolParticipant({
    contract,
    identity,
    meetingId,
    random: seeded('crowd'),
    context: await openRequestContext('wire', {
      baseURL: url,
      extraHTTPHeaders: { ...identity.headers },
      timeoutMs: 30_000,
    }),
    socket: { url },
    timeoutMs: 30_000,
    timings,
    clock,
    deliveries,
    announce: () => undefined,
    leaveRequest: new LeaveRequest(clock),
  });
  const participant = recorded(driver, ledger, { contract, offers: { hand: true } });
  expect(await participant.arrive()).toBeUndefined();
  const [other] = await cohort.arrive(meetingId, 1);
  const heard = participant.expectEvent('hand-raised', { withinMs: 30_000 });
  await other!.raiseHand();
  expect(await heard).toBe('ok');
  expect(ledger.entries).toContainEqual(
    expect.objectContaining({ who: participant.userId, type: 'received', event: 'hand-raised' }),
  );
  expect(participant.view.roster).toContainEqual(
    expect.objectContaining({ userId: other!.userId, handRaised: true }),
  );
  await participant.leave();
  await driver.close();
  await cohort.close();
});
