import { element } from '../../../../look/client/dom.ts';
import type { RunCurves } from '../../curves/schema.ts';
import { loadCurves } from '../load-curves.ts';
import { conditionsSection } from './conditions.ts';
import { phaseSections } from './phases.ts';
import { verdictsSection } from './verdicts.ts';

interface Asked {
  /** The runs of the address, and those of them that can be compared. */
  readonly asked: readonly string[];
  readonly ids: readonly string[];
  back(): void;
}

/** The runs that the place shows, so that a filter or a late answer changes nothing. */
let current = '';

/** Shows two runs in this place; without runs, the place is empty. */
export function showComparison(place: HTMLElement, { asked, ids, back }: Asked): void {
  place.hidden = asked.length === 0;
  if (current === asked.join()) return;
  current = asked.join();
  place.replaceChildren();
  document.title = `${asked.length === 0 ? 'All runs' : asked.join(' and ')} · fullhouse`;
  if (asked.length === 0) return;
  const heading = element('h2', { text: 'Two runs' });
  heading.tabIndex = -1;
  const button = element('button', { text: '← All runs', className: 'back' });
  button.type = 'button';
  button.addEventListener('click', back);
  const message = element('p', { text: ids.length === 2 ? 'Loading both runs …' : notListed(asked) });
  message.role = 'status';
  place.append(button, heading, message);
  heading.focus();
  if (ids.length === 2) void fill(place, { ids, message });
}

function notListed(asked: readonly string[]): string {
  return `This page cannot compare ${asked.join(' and ')}: it does not list both, or one has no file curves.js. Make it with npx fullhouse report <run>.`;
}

async function fill(
  place: HTMLElement,
  { ids, message }: { readonly ids: readonly string[]; readonly message: HTMLElement },
): Promise<void> {
  const wanted = current;
  try {
    const both: RunCurves[] = [];
    for (const id of ids) both.push(await loadCurves(id));
    if (current !== wanted) return;
    message.remove();
    const [a, b] = both as [RunCurves, RunCurves];
    place.append(verdictsSection(a, b));
    // Charts need the width of their place in the page.
    for (const section of phaseSections(a, b)) section.appendTo(place);
    place.append(conditionsSection(a, b));
  } catch (error) {
    if (current === wanted) message.textContent = (error as Error).message;
  }
}
