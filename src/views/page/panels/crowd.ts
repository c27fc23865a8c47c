import { levelText } from '../../../capacity/axis.ts';
import type { Capacity } from '../../../capacity/evidence.ts';
import type { Fault, Panel, TimeGroup } from '../../../look/chart-data.ts';
import { panels } from '../../../look/panels.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { anchor } from '../html.ts';
import { generatorPanels } from './generator.ts';
import { withLimits } from './limits.ts';
import { LOAD, recordedPanels } from './recorded.ts';
import { servicePanels } from './service.ts';
import { timeGroup } from './time-group.ts';

/** The charts of one crowd over its time. */
export function crowdGroup({ series, run, targets, capacity }: Summary): TimeGroup {
  const usersPanel: Panel = {
    ...panels.users,
    family: LOAD,
    lines: [{ label: 'users', colour: 'c1', values: series.users }],
  };
  return timeGroup(anchor('crowd', run.crowd), series, {
    startedAt: run.startedAt,
    durationS: run.durationS,
    faults: capacity ? brokenLevels(capacity) : [],
    panels: [
      usersPanel,
      ...recordedPanels(series).map((panel) => withLimits(panel, targets, series)),
      ...generatorPanels(series),
      ...servicePanels(series),
    ],
  });
}

/** The levels that broke are shaded: their latencies and errors are intended. */
function brokenLevels({ axis, levels }: Capacity): Fault[] {
  return levels
    .filter(({ verdict }) => verdict === 'breaks')
    .map(({ level, startedAtMs, endedAtMs }) => ({
      name: `${levelText(axis, level)} break`,
      fromS: startedAtMs / 1000,
      toS: endedAtMs / 1000,
    }));
}
