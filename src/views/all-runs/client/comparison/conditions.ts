import { element } from '../../../../look/client/dom.ts';
import type { RunCurves } from '../../curves/schema.ts';
import { type RowGroup, scrolledTable } from './table.ts';

/** The settings and other conditions that differ. */
export function conditionsSection(a: RunCurves, b: RunCurves): HTMLElement {
  const section = element('section');
  const heading = element('h2', { text: 'Settings and conditions that differ' });
  section.append(heading);
  const rows = differing(a, b);
  if (rows.length === 0)
    section.append(element('p', { text: 'None: all settings, the machine and the commit are equal.' }));
  else section.append(scrolledTable('Table of settings that differ', ['Name', 'A', 'B'], rows));
  return section;
}

function differing(a: RunCurves, b: RunCurves): RowGroup[] {
  const [ofA, ofB] = [new Map(a.facts), new Map(b.facts)];
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
  return names
    .filter((name) => ofA.get(name) !== ofB.get(name))
    .map((name) => ({ heading: name, rows: [[ofA.get(name) ?? 'not set', ofB.get(name) ?? 'not set']] }));
}
