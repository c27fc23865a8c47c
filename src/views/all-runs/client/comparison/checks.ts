import type { PhaseCurves } from '../../curves/schema.ts';
import { state } from './state.ts';
import { type Cell, type RowGroup, scrolledTable } from './table.ts';

/** Verdicts that do not speak against a check, a level, or a metric. */
const fine: readonly (string | undefined)[] = ['passed', 'holds', 'flat'];

/**
 * The checks of experiments or questions, the levels of a search, or the metrics of a soak: those with different verdicts
 * first, then those that did not pass.
 */
export function checksTable(a: PhaseCurves, b: PhaseCurves): HTMLElement {
  const [ofA, ofB] = [new Map(a.checks), new Map(b.checks)];
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
  const order = (name: string) => {
    if (ofA.get(name) !== ofB.get(name)) return 0;
    return fine.includes(ofA.get(name)) ? 2 : 1;
  };
  const groups = names
    .sort((one, other) => order(one) - order(other))
    .map((name): RowGroup => {
      const differs = order(name) === 0 ? 'differs' : '';
      return { heading: name, rows: [[verdict(ofA.get(name)), verdict(ofB.get(name)), differs]] };
    });
  return scrolledTable(`Table of checks, ${a.kind} ${a.name}`, ['Check', 'A', 'B', 'Difference'], groups);
}

function verdict(word: string | undefined): Cell {
  return word === undefined ? '–' : { content: state(word), className: '' };
}
