import '../../../look/client/style.ts';
import '../style/list.css';
import '../style/trends.css';
import '../style/comparison.css';
import '../style/narrow-pairs.css';
import '../style/narrow.css';
import '../style/print.css';
import { byId } from '../../../look/client/dom.ts';
import { showComparison } from './comparison/view.ts';
import { hashOf, readHash, type Shown } from './hash.ts';
import { comparable, filterRuns, onCompare } from './list.ts';
import { followTrends } from './trends.ts';

const form = byId<HTMLFormElement>('filters');
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;

let shown = readHash(location.hash);

/** `push`: the browser's "back" returns to the state before. */
function become(next: Shown, how: 'push' | 'replace'): void {
  const url = `${location.pathname}${location.search}${hashOf(next)}`;
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  show(next);
}

/** Sets a field, and returns its value: an address may name a phase or a verdict that does not exist. */
function inField(name: string, value: string): string {
  const found = field(name);
  if (found.value !== value) found.value = value;
  if (found.value !== value) found.value = '';
  return found.value;
}

function show(next: Shown): void {
  shown = {
    ...next,
    q: inField('q', next.q),
    phase: inField('phase', next.phase),
    verdict: inField('verdict', next.verdict),
  };
  filterRuns(shown);
  const known = comparable();
  // An id from the address becomes part of a path only if the page lists it.
  const ids = next.compare.every((id) => known.has(id)) ? next.compare : [];
  byId('list').hidden = next.compare.length > 0;
  showComparison(byId('comparison'), {
    asked: next.compare,
    ids,
    back: () => become({ ...shown, compare: [] }, 'push'),
  });
}

form.addEventListener('input', () => {
  const [q, phase, verdict] = [field('q').value, field('phase').value, field('verdict').value];
  become({ ...shown, q, phase, verdict }, 'replace');
});
form.addEventListener('submit', (event) => event.preventDefault());
onCompare((compare) => become({ ...shown, compare }, 'push'));
window.addEventListener('popstate', () => show(readHash(location.hash)));
followTrends();
show(shown);
