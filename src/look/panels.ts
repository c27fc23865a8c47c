import type { Panel } from './chart-data.ts';

export type PanelShape = Pick<Panel, 'id' | 'title' | 'unit' | 'kind'>;

/** The charts of a crowd that the performance page and the dashboard both have. */
export const panels = {
  users: { id: 'users', title: 'Users', unit: '', kind: 'lines' },
  requests: { id: 'requests', title: 'Requests', unit: '/s', kind: 'stack' },
  latency: { id: 'latency', title: 'Latency of successes', unit: 'ms', kind: 'bands' },
  errors: { id: 'errors', title: 'Errors by kind', unit: '/s', kind: 'stack' },
  delivery: { id: 'delivery', title: 'Delivery of room events', unit: 'ms', kind: 'bands' },
  loopDelay: { id: 'generator-loop', title: 'Longest event-loop delay', unit: 'ms', kind: 'lines' },
} as const satisfies Record<string, PanelShape>;
