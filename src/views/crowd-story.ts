import { addsText } from '../crowd/generator-adds.ts';
import { counted, inUnit, number, seconds } from '../kernel/figures.ts';
import type { Summary } from '../results/summary/schema.ts';
import { targetLine } from './wording.ts';

/** The conditions of a crowd: parameters in Allure, annotations in Playwright's report. */
export function crowdFacts({
  users,
  run,
  network,
  seed,
  service,
}: Summary): readonly (readonly [name: string, value: string])[] {
  return [
    ['users', number(users.requested)],
    ['duration', seconds(run.scheduleS)],
    ['profile', network ?? 'direct'],
    ['seed', String(seed)],
    ['service', service.startedForTheRun ? 'reference service' : service.url],
    ...(service.defects === undefined ? [] : [['seeded defects', service.defects] as const]),
  ];
}

/** One line of the story of a crowd, with the lines that belong to it. */
export interface StoryLine {
  readonly text: string;
  readonly state: 'fine' | 'bad' | 'unsure';
  /** Seconds since the start of the crowd. */
  readonly fromS: number;
  readonly toS: number;
  readonly parts: readonly StoryLine[];
}

const storyState = { met: 'fine', missed: 'bad', inconclusive: 'unsure' } as const;
const sliceState = { finished: 'fine', lost: 'bad', stopped: 'unsure' } as const;

type Span = Pick<StoryLine, 'fromS' | 'toS'>;

/** The phases, slices, self-checks and targets of a crowd. */
export function crowdStory(summary: Summary): StoryLine[] {
  const { run, targets } = summary;
  return [
    ...loadStory(summary),
    group(
      `Targets: ${targets.length}`,
      { fromS: 0, toS: run.durationS },
      targets.map((target) => ({ text: targetLine(target), state: storyState[target.state] })),
    ),
  ];
}

/** The phases, slices and self-checks of a crowd. */
export function loadStory(summary: Summary): StoryLine[] {
  const { run, slices, selfCheck } = summary;
  const whole: Span = { fromS: 0, toS: run.durationS };
  return [
    ...phaseLines(summary),
    group(
      `Slices: ${slices.length}`,
      whole,
      slices.map(({ slice, of, state, recorded }) => ({
        text: `slice ${slice} of ${of}: ${state}, ${number(recorded)} recorded`,
        state: sliceState[state],
      })),
    ),
    group(
      `Load generator: ${addsText(selfCheck.adds)}`,
      whole,
      selfCheck.findings.map(({ check, value, bound, unit, ok, spoils }) => ({
        text: `${check}: ${inUnit(value, unit)}, limit ${inUnit(bound, unit)}`,
        state: ok || spoils === 'nothing' ? 'fine' : 'unsure',
      })),
    ),
  ];
}

/** Barrier, arrivals and drain. */
function phaseLines({ run, slices, sessions, users, selfCheck }: Summary): StoryLine[] {
  const { scheduleS, durationS } = run;
  const skewMs = Math.max(0, ...selfCheck.workers.map(({ startSkewMs }) => startSkewMs));
  const arrivedS = Math.min(scheduleS, durationS);
  const starts = slices.length === 1 ? 'starts' : 'start';
  const drainS = Math.max(0, durationS - scheduleS);
  const barrier = `Barrier: ${counted(slices.length, 'slice')} ${starts} within ${skewMs.toFixed(1)} ms`;
  const arrivals = `Arrivals: ${seconds(scheduleS)}, ${counted(sessions.started, 'session')}, ${counted(users.peak, 'user')} at peak`;
  const drain = `Drain: ${seconds(drainS)} until the last participant left, ${counted(sessions.completed, 'session')} completed`;
  return [
    { text: barrier, state: 'fine', fromS: 0, toS: 0, parts: [] },
    { text: arrivals, state: 'fine', fromS: 0, toS: arrivedS, parts: [] },
    { text: drain, state: 'fine', fromS: arrivedS, toS: durationS, parts: [] },
  ];
}

/** A heading with the worst state of the lines below it. */
function group(text: string, span: Span, lines: readonly Pick<StoryLine, 'text' | 'state'>[]): StoryLine {
  const states = lines.map(({ state }) => state);
  const state = states.includes('bad') ? 'bad' : states.includes('unsure') ? 'unsure' : 'fine';
  return { text, state, ...span, parts: lines.map((line) => ({ ...line, ...span, parts: [] })) };
}
