import type { TimeGroup } from '../../../look/chart-data.ts';
import { FEWEST } from '../../../look/chart-data.ts';
import type { ExperimentSummary } from '../../../results/summary/experiment.ts';
import { anchor } from '../html.ts';
import { recordedPanels } from './recorded.ts';
import { timeGroup } from './time-group.ts';

/** The charts of one experiment, with its faults; undefined when it was too short for curves. */
export function experimentGroup({ journal, series }: ExperimentSummary): TimeGroup | undefined {
  if (series.points < FEWEST) return undefined;
  const at = (moment: string) => (Date.parse(moment) - Date.parse(journal.start)) / 1000;
  const faults = (journal.fullhouse.faults ?? []).map(({ name, start, end }) => ({
    name,
    fromS: at(start),
    toS: at(end),
  }));
  return timeGroup(experimentId(journal), series, {
    startedAt: journal.start,
    durationS: journal.duration,
    panels: recordedPanels(series),
    faults,
  });
}

export function experimentId({ experiment }: ExperimentSummary['journal']): string {
  return anchor('experiment', experiment.tags[0] ?? '', experiment.title);
}
