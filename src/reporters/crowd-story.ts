import { addsText } from '../crowd/generator-adds.ts';
import type { Summary } from './summary/schema.ts';
import { counted, number, seconds, targetLine } from './wording.ts';

/** What decides the figures of a crowd, in words: parameters in Allure, annotations in Playwright's report. */
export function crowdFacts({
  users,
  run,
  network,
  seed,
  service,
}: Summary): readonly (readonly [name: string, value: string])[] {
  return [
    ['users', number(users.asked)],
    ['duration', seconds(run.scheduleS)],
    ['profile', network ?? 'direct'],
    ['seed', String(seed)],
    ['service', service.startedForTheRun ? 'reference service' : service.url],
    ...(service.defects === undefined ? [] : [['seeded defects', service.defects] as const]),
  ];
}

/** One line of the story of a crowd, with the lines that belong to it. */
export interface Told {
  readonly text: string;
  readonly state: 'fine' | 'bad' | 'unsure';
  /** Seconds since the start of the crowd. */
  readonly fromS: number;
  readonly toS: number;
  readonly parts: readonly Told[];
}

/** The phases of a crowd, its shares, what its generator found of itself, and its targets with their values. */
export function crowdStory(summary: Summary): Told[] {
  const { run, shares, sessions, users, selfCheck, targets } = summary;
  const { scheduleS, durationS } = run;
  const skewMs = Math.max(0, ...selfCheck.workers.map(({ startSkewMs }) => startSkewMs));
  const line = (text: string, state: Told['state'] = 'fine', fromS = 0, toS = durationS): Told => {
    return { text, state, fromS, toS, parts: [] };
  };
  const group = (text: string, parts: readonly Told[]): Told => {
    const states = parts.map(({ state }) => state);
    const state = states.includes('bad') ? 'bad' : states.includes('unsure') ? 'unsure' : 'fine';
    return { ...line(text, state), parts };
  };
  return [
    line(
      `Barrier: ${counted(shares.length, 'share')} ${shares.length === 1 ? 'starts' : 'start'} within ${skewMs.toFixed(1)} ms`,
      'fine',
      0,
      0,
    ),
    line(
      `Arrivals: ${seconds(scheduleS)}, ${counted(sessions.started, 'session')}, ${counted(users.reached, 'user')} at most`,
      'fine',
      0,
      Math.min(scheduleS, durationS),
    ),
    line(
      `Drain: ${seconds(Math.max(0, durationS - scheduleS))} until the last one was gone, ${counted(sessions.completed, 'session')} completed`,
      'fine',
      Math.min(scheduleS, durationS),
    ),
    group(
      `Shares: ${shares.length}`,
      shares.map(({ share, of, state, recorded }) =>
        line(
          `share ${share} of ${of}: ${state}, ${number(recorded)} recorded`,
          ({ finished: 'fine', lost: 'bad', stopped: 'unsure' } as const)[state],
        ),
      ),
    ),
    group(
      `Generator: ${addsText(selfCheck.adds)}`,
      selfCheck.findings.map(({ check, value, bound, unit, ok, spoils }) =>
        line(
          `${check}: ${number(value)} ${unit}, bound ${number(bound)} ${unit}`,
          ok || spoils === 'nothing' ? 'fine' : 'unsure',
        ),
      ),
    ),
    group(
      `Targets: ${targets.length}`,
      targets.map((target) =>
        line(
          targetLine(target),
          ({ met: 'fine', missed: 'bad', inconclusive: 'unsure' } as const)[target.state],
        ),
      ),
    ),
  ];
}
