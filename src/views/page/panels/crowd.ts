import type { Panel, TimeGroup } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { anchor } from '../html.ts';
import { generatorPanels } from './generator.ts';
import { LOAD, recordedPanels } from './recorded.ts';
import { servicePanels } from './service.ts';
import { timeGroup } from './time-group.ts';

/** The charts of one crowd over its time. */
export function crowdGroup({ series, run }: Summary): TimeGroup {
  const usersPanel: Panel = {
    ...panels.users,
    family: LOAD,
    lines: [{ label: 'users', colour: 'c1', values: series.users }],
  };
  return timeGroup(anchor('crowd', run.crowd), series, {
    durationS: run.durationS,
    panels: [usersPanel, ...recordedPanels(series), ...generatorPanels(series), ...servicePanels(series)],
  });
}
