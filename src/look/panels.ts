import type { Panel } from './chart-data.ts';

export type PanelShape = Pick<Panel, 'id' | 'title' | 'unit' | 'kind' | 'covers'>;

/** The charts of a crowd that the performance page and the dashboard both have. */
export const panels = {
  users: { id: 'users', title: 'Active users', unit: '', kind: 'lines', covers: 'most in' },
  requests: { id: 'requests', title: 'Requests by outcome', unit: '/s', kind: 'stack', covers: 'mean of' },
  latency: { id: 'latency', title: 'Latency of successful calls', unit: 'ms', kind: 'bands' },
  errors: { id: 'errors', title: 'Failed calls by kind', unit: '/s', kind: 'stack', covers: 'mean of' },
  delivery: { id: 'delivery', title: 'Delivery time of room events', unit: 'ms', kind: 'bands' },
  loopDelay: {
    id: 'generator-loop',
    title: 'Longest event-loop delay',
    unit: 'ms',
    kind: 'lines',
    covers: 'per',
  },
} as const satisfies Record<string, PanelShape>;
