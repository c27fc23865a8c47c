import { element } from '../../../../look/client/dom.ts';
import type { PhaseCurves, RunCurves } from '../../curves/schema.ts';
import type { EntryPhase } from '../../entry/schema.ts';
import { PhaseCharts } from './charts.ts';
import { checksTable } from './checks.ts';
import { operationsTable, titleOf } from './operations.ts';

/** A part that draws itself when its place is in the page. */
interface Section {
  appendTo(place: HTMLElement): void;
}

/** The phases that both runs have; a line without such a phase. */
export function phaseSections(a: RunCurves, b: RunCurves): Section[] {
  const sections = pairsOf(a.phases, b.phases).map((pair): Section => {
    const changed = changes(entryOf(a, pair.a), entryOf(b, pair.b));
    return { appendTo: (place) => appendPhase(place, pair, changed) };
  });
  if (sections.length > 0) return sections;
  const text = 'The two runs have no phase in common.';
  return [{ appendTo: (place) => place.append(element('p', { text })) }];
}

interface Pair {
  readonly a: PhaseCurves;
  readonly b: PhaseCurves;
}

/** Phases of one kind and name; also two load tests with different names, if no other can be meant. */
function pairsOf(ofA: readonly PhaseCurves[], ofB: readonly PhaseCurves[]): Pair[] {
  return ofA.flatMap((a) => {
    const alike = ofB.filter(({ kind }) => kind === a.kind);
    const isOnly = alike.length === 1 && ofA.filter(({ kind }) => kind === a.kind).length === 1;
    const b = alike.find(({ name }) => name === a.name) ?? (isOnly ? alike[0] : undefined);
    return b === undefined ? [] : [{ a, b }];
  });
}

function entryOf({ entry }: RunCurves, { kind, name }: PhaseCurves): EntryPhase | undefined {
  return entry.phases.find((phase) => phase.kind === kind && phase.name === name);
}

/** The conditions that decide the figures, where they differ. */
function changes(a: EntryPhase | undefined, b: EntryPhase | undefined): string[] {
  const [before, after] = [a?.conditions ?? {}, b?.conditions ?? {}];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${before[name] ?? 'not set'} in A, ${after[name] ?? 'not set'} in B`);
}

function appendPhase(place: HTMLElement, { a, b }: Pair, changed: readonly string[]): void {
  const section = element('section', { className: 'phase-pair' });
  place.append(section);
  const names = a.name === b.name ? a.name : `${a.name} and ${b.name}`;
  section.append(element('h2', { text: `${a.kind} ${names}` }));
  if (changed.length > 0) {
    const warning = element('div', { className: 'warning' });
    const list = element('ul');
    list.append(...changed.map((text) => element('li', { text })));
    warning.append(
      element('p', { text: 'These runs are not comparable: differences may be due to other conditions.' }),
      list,
    );
    section.append(warning);
  }
  if (a.checks.length + b.checks.length > 0) {
    section.append(checksTable(a, b));
    return;
  }
  const charts = element('div');
  section.append(chooser(a, b, charts), charts);
  section.append(element('h3', { text: 'Operations' }), operationsTable(a, b));
  const note =
    'Small figures are 95% confidence intervals, with the bracket of the load generator. A difference is beyond chance where they do not overlap; this is not corrected for the number of rows. “npx fullhouse compare” tests whole distributions.';
  section.append(element('p', { text: note, className: 'note' }));
}

/** The choice of the operation whose charts are shown. */
function chooser(a: PhaseCurves, b: PhaseCurves, place: HTMLElement): HTMLElement {
  const names = Object.keys(a.operations).filter((name) => name in b.operations);
  const label = element('label', { text: 'Show ' });
  const select = element('select');
  for (const name of names) {
    const option = element('option', { text: titleOf(name) });
    option.value = name;
    select.append(option);
  }
  label.append(select);
  const charts = new PhaseCharts(a, b, place);
  select.addEventListener('change', () => charts.show(select.value));
  if (names.length > 0) charts.show(names[0]!);
  return label;
}
