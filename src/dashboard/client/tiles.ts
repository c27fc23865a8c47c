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

function latencyTile(name: string, value: number | null, earliest: number | null): Tile {
  const bracket = less(value, earliest);
  return {
    name,
    value: latency(value),
    more: bracket === '' ? 'so far' : `(${bracket}) so far`,
    state: 'neutral',
  };
}

/** Shows the key figures as large tiles. */
export function showTiles({ users, perSecond: rate, total, failed, latency: over }: Crowd): void {
  const tiles: Tile[] = [
    { name: 'users', value: number(users), more: 'now', state: 'neutral' },
    { name: 'requests', value: perSecond(rate), more: `${number(total)} in all`, state: 'neutral' },
    latencyTile('P50', over.p50Ms, over.earliest.p50Ms),
    latencyTile('P95', over.p95Ms, over.earliest.p95Ms),
    latencyTile('P99', over.p99Ms, over.earliest.p99Ms),
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
