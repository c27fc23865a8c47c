import { type Finding, proof } from '../checks/check.ts';
import { cut } from '../checks/evidence.ts';
import type { MeetingState, Roster } from '../checks/ledger.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import { counted } from '../kernel/figures.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import type { RecordedPage } from '../participants/recorded-page.ts';
import type { Probe } from './steady-state.ts';

/** Every page shows that it is connected. */
export function pagesConnected(pages: readonly RecordedPage[]): Probe {
  return {
    name: 'every page is connected',
    tolerance: `${pages.length} of ${pages.length}`,
    async ask() {
      const states = await Promise.all(pages.map(({ room }) => room.connection()));
      return { ok: states.every((state) => state === 'connected'), value: states };
    },
  };
}

/** Every page shows the roster that the service has, hands included. */
export function pagesAgree(pages: readonly RecordedPage[], serviceState: () => Promise<MeetingState>): Probe {
  const picture = (roster: Roster) =>
    roster.map(({ userId, handRaised }) => `${userId}${handRaised ? ' ✋' : ''}`).sort();
  return {
    name: 'every page shows the service’s roster',
    tolerance: 'equal, hands included',
    async ask() {
      const { roster } = await serviceState();
      if (!roster) return { ok: true, value: NO_ROSTER };
      const wanted = picture(roster).join();
      const shown = await Promise.all(pages.map(({ room }) => room.people()));
      const differing = shown.filter((roster) => picture(roster).join() !== wanted);
      return { ok: differing.length === 0, value: { differing: differing.map(picture) } };
    },
  };
}

/** Finds uncaught exceptions and crashes of the pages: no network condition may cause one. */
export function noErrors(pages: readonly RecordedPage[]): Finding {
  const evidence = pages.flatMap(({ userId, problems }) =>
    problems
      .encode()
      .filter(({ kind }) => kind === 'uncaught error' || kind === 'page crash')
      .flatMap(({ samples }) => samples.map((error) => `${userId}: ${error}`)),
  );
  return {
    check: 'no page has an error of its own',
    verdict: pages.length === 0 ? 'inconclusive' : evidence.length === 0 ? 'passed' : 'failed',
    message: counted(pages.length, 'page'),
    evidence: cut(evidence),
  };
}

/** Proves that the loss of all pages together lies within the interval of the set loss. */
export function lossIsReal(what: string, setPercent: number, achieved: readonly AchievedLoss[]): Finding {
  const sum = (read: (one: AchievedLoss) => number) => achieved.reduce((total, one) => total + read(one), 0);
  const { percent, lost, of, intervalPercent, agrees } = achievedLoss(
    setPercent,
    sum((one) => one.lost),
    sum((one) => one.of),
  );
  const [low, high] = intervalPercent.map((bound) => bound.toFixed(1));
  return proof(
    `the fault was real: ${setPercent} % of ${what} lost`,
    agrees,
    `achieved ${percent?.toFixed(1) ?? '–'} %, ${lost} of ${of}; 99.9 % interval ${low} to ${high} %`,
  );
}
