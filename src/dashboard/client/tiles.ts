import type { Crowd } from '../frame.ts';
import { byId, element, list, say } from './dom.ts';
import { latency, number, percent, perSecond } from './figures.ts';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly more: string;
  readonly state: 'bad' | 'neutral';
}

/** The figures that are read from across a room. */
export function showTiles({ users, perSecond: rate, total, failed, latency: over }: Crowd): void {
  const tiles: Tile[] = [
    { name: 'users', value: number(users), more: 'now', state: 'neutral' },
    { name: 'requests', value: perSecond(rate), more: `${number(total)} in all`, state: 'neutral' },
    { name: 'P50', value: latency(over.p50Ms), more: 'so far', state: 'neutral' },
    { name: 'P95', value: latency(over.p95Ms), more: 'so far', state: 'neutral' },
    { name: 'P99', value: latency(over.p99Ms), more: 'so far', state: 'neutral' },
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
      say(shown!, value);
      say(below!, more);
      tile.dataset.state = state;
    },
  });
}
