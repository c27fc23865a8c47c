import { inUnit, number } from '../../kernel/figures.ts';
import { byId, element, lines, list, row, setText } from '../../look/client/dom.ts';
import type { Cause, Crowd } from '../frame.ts';
import { latency, percentiles, reachedText } from './figures.ts';
import { icon, mark, marked } from './mark.ts';
import { showTiles } from './tiles.ts';

/** Shows everything about the crowd except its charts. */
export function showCrowd(crowd: Crowd): void {
  showTiles(crowd);
  showTargets(crowd);
  const observed = crowd.operations.filter(({ isAction }) => !isAction);
  showOperations(
    'operations',
    crowd.operations.filter(({ isAction }) => isAction),
  );
  showOperations('observations', observed);
  byId('observed').hidden = observed.length === 0;
  byId('no-errors').hidden = crowd.errors.length > 0;
  setText(byId('no-errors'), crowd.phase === 'over' ? 'None.' : 'None so far.');
  lines(byId('errors'), crowd.errors, ({ kind, count }) => ({
    key: kind,
    text: `${kind}: ${number(count)}`,
    state: 'bad',
  }));
  showCauses('causes', crowd.causes);
  showCauses('missing', crowd.missing);
  byId('missing-part').hidden = crowd.missing.length === 0;
  showGenerator(crowd.generator);
}

function showOperations(id: string, operations: Crowd['operations']): void {
  list(byId(id), operations, {
    key: ({ name }) => name,
    make: () => element('tr'),
    update(shown, operation) {
      const { name, isAction, total, failed } = operation;
      shown.dataset.state = failed > 0 && isAction ? 'bad' : 'neutral';
      row(shown, [name, number(total), number(failed), ...percentiles(operation)]);
    },
  });
}

function showCauses(id: string, causes: readonly Cause[]): void {
  lines(byId(id), causes, ({ operation, cause, count }) => ({
    key: `${operation} ${cause}`,
    text: `${operation}: ${cause} (${number(count)})`,
  }));
}

function showTargets({ targets, phase }: Pick<Crowd, 'targets' | 'phase'>): void {
  // The levels of a capacity search have limits, and no targets.
  byId('targets-title').parentElement!.hidden = targets.length === 0;
  list(byId('targets'), targets, {
    key: ({ target }) => target,
    make({ target }) {
      const shown = element('li');
      shown.append(element('span', { text: target }), element('b'), marked('waiting'));
      return shown;
    },
    update(shown, target) {
      const { state, value, note } = target;
      const [, reached, word] = shown.children;
      shown.dataset.state = state;
      reached!.className = value === null ? 'quiet' : '';
      setText(reached!, value === null && note !== null ? note : reachedText(target));
      mark(word as HTMLElement, state === 'waiting' && phase === 'over' ? 'not judged' : state);
    },
  });
}

function showGenerator({ adds, checks, workers }: Crowd['generator']): void {
  byId('generator-state').dataset.tone = checks.every(({ ok }) => ok) ? 'good' : 'bad';
  setText(byId('generator-state'), adds);
  list(byId('checks'), checks, {
    key: ({ check, ok }) => `${check} ${ok}`,
    make({ ok }) {
      const shown = element('li');
      shown.append(icon(ok ? 'good' : 'bad'), element('span'));
      return shown;
    },
    update(shown, { check, value, bound, unit, ok, hint }) {
      const text = `${check}: ${inUnit(value, unit)}, bound ${inUnit(bound, unit)}`;
      setText(shown.lastElementChild!, ok ? text : `${text}. ${hint}`);
    },
  });
  list(byId('workers'), workers, {
    key: ({ slice }) => String(slice),
    make: () => element('tr'),
    update(shown, { slice, state, users, loopDelayP99Ms, cpuMean, memoryPeakBytes }) {
      const memory = `${number(Math.round(memoryPeakBytes / 2 ** 20))} MiB`;
      shown.dataset.state = state;
      row(shown, [String(slice), state, number(users), latency(loopDelayP99Ms), cpuMean.toFixed(2), memory]);
    },
  });
}
