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
  closed: 'the run is over, and its dashboard is closed',
};

export function showLink(state: LinkState): void {
  byId('link').dataset.state = state;
  setText(byId('link'), linkTexts[state]);
  // The links lead to the dashboard, which is gone.
  if (state === 'closed')
    for (const link of document.querySelectorAll('#end a')) link.replaceWith(link.textContent ?? '');
}

/** Shows the run, its progress and its verdict. */
export function showHeader(frame: Frame): void {
  const { run, facts, phases, end } = frame;
  setText(byId('run'), run);
  setText(byId('service'), facts.serviceUrl);
  setText(byId('schedule'), facts.schedule);
  lines(byId('phases'), phases, (phase) => ({ key: phase.name, text: phaseText(phase), state: phase.state }));
  byId('progress').hidden = end !== null;
  if (!end) showProgress(frame);
  if (end && byId('end').hidden) showEnd(end);
  byId('end').hidden = end === null;
}

function showProgress(frame: Frame): void {
  const { phase, stage, time } = stageOf(frame);
  const percentage = Math.floor(frame.progress * 100);
  byId<HTMLProgressElement>('bar').value = frame.progress;
  setText(byId('percentage'), `${percentage}%`);
  setText(byId('stage'), stage);
  setText(byId('clock'), time);
  document.title = `${percentage}% ${phase}, fullhouse`;
}

interface Stage {
  readonly phase: string;
  readonly stage: string;
  readonly time: string;
}

function stageOf({ phases, crowd, results, elapsedS }: Frame): Stage {
  const current = phases.findLast(({ state }) => state === 'running');
  if (crowd && crowd.phase !== 'over') return crowdStage(crowd, current?.name ?? 'load');
  const act = results?.experiments.findLast(({ state }) => state === 'running')?.act;
  return {
    phase: current?.name ?? 'start',
    stage: current ? [current.test ?? current.name, act].filter(Boolean).join(': ') : 'the run starts',
    time: `${clock(elapsedS)} since the run began`,
  };
}

function crowdStage({ name, phase, elapsedS, scheduleS }: Crowd, running: string): Stage {
  const left = scheduleS - elapsedS;
  return {
    phase: running,
    stage: `${name}: ${phase}`,
    time: `${clock(elapsedS)} elapsed, ${left > 0 ? `${clock(left)} remaining` : 'waiting for the last participants'}`,
  };
}

/** The verdict, its reasons, and links to the reports, which the dashboard serves. */
function showEnd({ verdict, sentences, folder, reports }: NonNullable<Frame['end']>): void {
  const why = element('ul', { className: 'plain' });
  why.append(...sentences.map((text) => element('li', { text })));
  const links = element('p', { className: 'reports' });
  for (const { title, file } of reports) {
    const link = element('a', { text: title });
    // The dashboard closes without a connected tab, so this one stays open.
    Object.assign(link, { href: `/report/${file}`, target: '_blank', rel: 'noopener' });
    links.append(link);
  }
  const where = element('p', { className: 'quiet', text: 'Files: ' });
  where.append(element('code', { text: `${folder}/` }));
  byId('end').dataset.verdict = verdict;
  byId('end').replaceChildren(marked(verdict), why, links, where);
  document.title = `${verdict}, fullhouse`;
}

function phaseText({ name, state, done, of, failed }: LivePhase): string {
  const count = state === 'waiting' ? 'waiting' : `${done} of ${of} tests`;
  return `${name}: ${count}${failed > 0 ? `, ${failed} failed` : ''}`;
}
