import { clock } from '../../kernel/figures.ts';
import type { LivePhase } from '../../live/live-phases.ts';
import { byId, element, lines, setText } from '../../look/client/dom.ts';
import type { Crowd, Frame } from '../frame.ts';
import { marked } from './mark.ts';
import type { LinkState } from './stream.ts';

const linkTexts: Readonly<Record<LinkState, string>> = {
  live: 'live',
  waiting: 'connection lost, trying again',
  stale: 'no data for some seconds: the figures are old',
  over: 'the run is over',
};

export function showLink(state: LinkState): void {
  byId('link').dataset.state = state;
  setText(byId('link'), linkTexts[state]);
}

/** Shows the run, its progress and its verdict. */
export function showHeader(frame: Frame): void {
  const { run, facts, phases, end } = frame;
  setText(byId('run'), run);
  setText(byId('service'), facts.serviceUrl);
  setText(byId('schedule'), facts.schedule);
  lines(byId('phases'), phases, (phase) => ({ key: phase.name, text: phaseText(phase), state: phase.state }));
  byId('progress').hidden = end !== null;
  const progress = end ? undefined : progressOf(frame);
  if (progress) {
    byId<HTMLProgressElement>('bar').value = progress.fraction;
    setText(byId('stage'), progress.stage);
    setText(byId('clock'), progress.time);
    document.title = `${progress.phase} ${Math.floor(progress.fraction * 100)} %, fullhouse`;
  }
  if (end && byId('end').hidden) showEnd(end);
  byId('end').hidden = end === null;
}

interface Progress {
  readonly phase: string;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly stage: string;
  readonly time: string;
}

function progressOf({ phases, crowd, results, elapsedS }: Frame): Progress {
  const current = phases.findLast(({ state }) => state === 'running');
  if (crowd && crowd.phase !== 'over') return crowdProgress(crowd);
  const act = results?.experiments.findLast(({ state }) => state === 'running')?.act;
  return {
    phase: current?.name ?? 'start',
    fraction: current && current.of > 0 ? current.done / current.of : 0,
    stage: current ? [current.test ?? current.name, act].filter(Boolean).join(': ') : 'the run starts',
    time: `${clock(elapsedS)} since the run began`,
  };
}

function crowdProgress({ name, phase, elapsedS, scheduleS }: Crowd): Progress {
  const left = scheduleS - elapsedS;
  return {
    phase: 'load',
    fraction: scheduleS === 0 ? 1 : Math.min(1, elapsedS / scheduleS),
    stage: `${name}: ${phase}`,
    time: `${clock(elapsedS)} elapsed, ${left > 0 ? `${clock(left)} remaining` : 'waiting for the last participants'}`,
  };
}

function showEnd({ verdict, reports }: NonNullable<Frame['end']>): void {
  const where = element('ul', { className: 'plain' });
  for (const report of reports) {
    const line = element('li');
    line.append(element('code', { text: report }));
    where.append(line);
  }
  byId('end').replaceChildren(marked(verdict), where);
  document.title = `${verdict}, fullhouse`;
}

function phaseText({ name, state, done, of, failed }: LivePhase): string {
  const count = state === 'waiting' ? 'waiting' : `${done} of ${of} tests`;
  return `${name}: ${count}${failed > 0 ? `, ${failed} failed` : ''}`;
}
