import { element } from '../../../../look/client/dom.ts';
import type { RunCurves } from '../../curves/schema.ts';
import { state } from './state.ts';

/** The verdicts and the answers of both runs, side by side. */
export function verdictsSection(a: RunCurves, b: RunCurves): HTMLElement {
  const section = element('section', { className: 'both' });
  section.append(card('A', a), card('B', b));
  return section;
}

function card(letter: string, { entry: { runId, phases } }: RunCurves): HTMLElement {
  const made = element('article', { className: `card run-${letter.toLowerCase()}` });
  const heading = element('h3');
  const link = element('a', { text: runId });
  link.href = `runs/${encodeURIComponent(runId)}/index.html`;
  heading.append(element('b', { text: letter, className: 'letter' }), ' ', link);
  const [first] = phases;
  const time = element('time', { text: `${first!.at.slice(0, 16)}Z` });
  time.dateTime = first!.at;
  made.append(heading, time);
  for (const { kind, name, verdict, sentence } of phases) {
    const line = element('p');
    line.append(state(verdict), ` ${kind} ${name}`);
    made.append(line, element('p', { text: sentence, className: 'sentence' }));
  }
  return made;
}
