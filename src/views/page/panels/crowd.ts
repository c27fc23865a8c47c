import type { Panel, TimeGroup } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { anchor } from '../html.ts';
import { generatorPanels } from './generator.ts';
import { LOAD, recordedPanels } from './recorded.ts';
import { servicePanels } from './service.ts';

/** The charts of one crowd over its time. */
export function crowdGroup({ series, run }: Summary): TimeGroup {
  const { everyS, points, users } = series;
  const usersPanel: Panel = {
    ...panels.users,
    family: LOAD,
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
