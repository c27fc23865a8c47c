import type { Summary } from '../../summary/schema.ts';
import type { Panel, TimeGroup } from '../chart-data.ts';
import { anchor } from '../html.ts';
import { generatorPanels } from './generator.ts';
import { LOAD, recordedPanels } from './recorded.ts';
import { servicePanels } from './service.ts';

/** The charts of one crowd over its time. */
export function crowdGroup({ series, run }: Summary): TimeGroup {
  const { everyS, points, users } = series;
  const usersPanel: Panel = {
    id: 'users',
    title: 'Users',
    family: LOAD,
    unit: '',
    kind: 'lines',
    lines: [{ label: 'users', colour: 'c1', values: users }],
  };
  return {
    id: anchor('crowd', run.crowd),
    everyS,
    seconds: Array.from({ length: points }, (_, point) => point * everyS),
    endS: Math.max(run.durationS, points * everyS),
    startedAt: run.startedAt,
    faults: [],
    panels: [usersPanel, ...recordedPanels(series), ...generatorPanels(series), ...servicePanels(series)],
  };
}
