import type { Panel, TimeGroup } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { anchor } from '../html.ts';
import { generatorPanels } from './generator.ts';
import { withLimits } from './limits.ts';
import { LOAD, recordedPanels } from './recorded.ts';
import { servicePanels } from './service.ts';
import { timeGroup } from './time-group.ts';

/** The charts of one crowd over its time. */
export function crowdGroup({ series, run, targets }: Summary): TimeGroup {
  const usersPanel: Panel = {
    ...panels.users,
    family: LOAD,
    lines: [{ label: 'users', colour: 'c1', values: series.users }],
  };
  return timeGroup(anchor('crowd', run.crowd), series, {
    startedAt: run.startedAt,
    durationS: run.durationS,
    panels: [
      usersPanel,
      ...recordedPanels(series).map((panel) => withLimits(panel, targets, series)),
      ...generatorPanels(series),
      ...servicePanels(series),
    ],
  });
}
