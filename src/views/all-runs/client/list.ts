import { byId, setText } from '../../../look/client/dom.ts';
import type { Shown } from './hash.ts';

const groups = () => [...document.querySelectorAll<HTMLElement>('tbody[data-run]')];
const boxes = () => [...document.querySelectorAll<HTMLInputElement>('td.tick input')];

/** The ids of the listed runs that can be compared. */
export function comparable(): Set<string> {
  return new Set(boxes().map(({ value }) => value));
}

/** Shows the runs with a phase that passes the filter. */
export function filterRuns({ q, phase, verdict }: Omit<Shown, 'compare'>): void {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  let [shown, total] = [0, 0];
  for (const group of groups()) {
    const text = `${group.dataset.run} ${group.textContent}`.toLowerCase();
    const hasPhase = [...(group as HTMLTableSectionElement).rows].some(
      ({ dataset }) =>
        (phase === '' || dataset.phase === phase) && (verdict === '' || dataset.verdict === verdict),
    );
    group.hidden = !(hasPhase && words.every((word) => text.includes(word)));
    total += 1;
    if (!group.hidden) shown += 1;
  }
  setText(byId('shown'), shown === total ? '' : `${shown} of ${total} runs`);
}

/** Calls back with both ids, the earlier one first, when two runs are ticked and the button is pressed. */
export function onCompare(compare: (ids: readonly string[]) => void): void {
  const button = byId<HTMLButtonElement>('compare');
  const ticked = () =>
    boxes()
      .filter(({ checked }) => checked)
      .map(({ value }) => value);
  const update = () => {
    const { length } = ticked();
    button.disabled = length !== 2;
    const texts = ['Tick two runs to compare them.', 'Tick one more run.', 'Two runs are ticked.'];
    setText(byId('ticked'), texts[length] ?? `${length} runs are ticked: leave two.`);
  };
  for (const box of boxes()) box.addEventListener('change', update);
  // A browser may keep the ticks when the page is loaded again.
  update();
  button.addEventListener('click', () => compare(ticked().sort()));
}
