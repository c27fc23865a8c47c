import { number, percent, perSecond } from '../../kernel/figures.ts';
import { byId, element, list, setText } from '../../look/client/dom.ts';
import type { Crowd } from '../frame.ts';
import { latency, less } from './figures.ts';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly more: string;
  readonly state: 'bad' | 'neutral';
}

function latencyTile(name: 'P50' | 'P95' | 'P99', { latency: over, phase }: Crowd): Tile {
  const key = `${name.toLowerCase() as 'p50' | 'p95' | 'p99'}Ms` as const;
  const bracket = less(over[key], over.earliest[key]);
  const span = phase === 'over' ? 'whole run' : 'so far';
  return {
    name,
    value: latency(over[key]),
    more: bracket === '' ? span : `(${bracket}) ${span}`,
    state: 'neutral',
  };
}

/** Shows the key figures as large tiles. */
export function showTiles(crowd: Crowd): void {
  const { users, perSecond: rate, total, failed } = crowd;
  const tiles: Tile[] = [
    { name: 'users', value: number(users), more: 'now', state: 'neutral' },
    { name: 'requests', value: perSecond(rate), more: `${number(total)} in all`, state: 'neutral' },
    latencyTile('P50', crowd),
    latencyTile('P95', crowd),
    latencyTile('P99', crowd),
    {
      name: 'errors',
      value: number(failed),
      more: percent(total === 0 ? null : (failed / total) * 100),
      state: failed > 0 ? 'bad' : 'neutral',
    },
  ];
  list(byId('tiles'), tiles, {
    key: ({ name }) => name,
    make({ name }) {
      const tile = element('div', { className: 'card' });
      tile.append(element('dt', { text: name }), element('dd'), element('dd', { className: 'quiet' }));
      return tile;
    },
    update(tile, { value, more, state }) {
      const [, shown, below] = tile.children;
      setText(shown!, value);
      setText(below!, more);
      tile.dataset.state = state;
    },
  });
}
