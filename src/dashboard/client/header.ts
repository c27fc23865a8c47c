import type { Frame, Phase } from '../frame.ts';
import { byId, lines, say } from './dom.ts';
import { clock, verdictMarks } from './figures.ts';
import type { LinkState } from './stream.ts';

const linkTexts: Readonly<Record<LinkState, string>> = {
  live: 'live',
  waiting: 'connection lost, trying again',
  stale: 'no news for some seconds: the figures are old',
  over: 'the run is over',
};

export function showLink(state: LinkState): void {
  byId('link').dataset.state = state;
  say(byId('link'), linkTexts[state]);
}

/** What the run is, how far it is, and how it ended. */
export function showHeader({ run, facts, phases, crowd, end, elapsedS }: Frame): void {
  say(byId('run'), run);
  say(byId('service'), facts.serviceUrl);
  say(byId('schedule'), facts.schedule);
  lines(byId('phases'), phases, (phase) => ({ key: phase.name, text: phaseText(phase), state: phase.state }));
  const isLoading = crowd !== null && crowd.phase !== 'over' && !end;
  byId('progress').hidden = !isLoading && end !== null;
  if (isLoading) {
    const { scheduleS } = crowd;
    byId<HTMLProgressElement>('bar').value = scheduleS === 0 ? 1 : Math.min(1, crowd.elapsedS / scheduleS);
    say(byId('stage'), `${crowd.name}: ${crowd.phase}`);
    const left = Math.max(0, scheduleS - crowd.elapsedS);
    say(
      byId('clock'),
      `${clock(crowd.elapsedS)} elapsed, ${left > 0 ? `${clock(left)} remaining` : 'finishing'}`,
    );
  } else {
    const current = phases.findLast(({ state }) => state === 'running');
    byId<HTMLProgressElement>('bar').value = current && current.of > 0 ? current.done / current.of : 0;
    say(byId('stage'), current ? (current.test ?? current.name) : 'starting');
    say(byId('clock'), `${clock(elapsedS)} since the run began`);
  }
  byId('end').hidden = end === null;
  if (end) {
    byId('end').dataset.state = end.verdict;
    say(
      byId('end'),
      `${verdictMarks[end.verdict]} ${end.verdict.toUpperCase()}. Reports: ${end.reports.join(', ')}`,
    );
    document.title = `${verdictMarks[end.verdict]} ${end.verdict}: fullhouse`;
  }
}

function phaseText({ name, state, done, of, failed }: Phase): string {
  const count = state === 'waiting' ? 'to come' : `${done} of ${of}`;
  return `${name}: ${count}${failed > 0 ? `, ${failed} failed` : ''}`;
}
