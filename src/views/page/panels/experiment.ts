import type { TimeGroup } from '../../../look/chart-data.ts';
import { FEWEST } from '../../../look/chart-data.ts';
import type { ExperimentSummary } from '../../../results/summary/experiment.ts';
import { anchor } from '../html.ts';
import { recordedPanels } from './recorded.ts';

/** The charts of one experiment, with its faults; undefined when it was too short for curves. */
export function experimentGroup({ journal, series }: ExperimentSummary): TimeGroup | undefined {
  const { everyS, points } = series;
  if (points < FEWEST) return undefined;
  const at = (moment: string) => (Date.parse(moment) - Date.parse(journal.start)) / 1000;
  return {
    id: experimentId(journal),
    everyS,
    seconds: Array.from({ length: points }, (_, point) => point * everyS),
    endS: Math.max(journal.duration, points * everyS),
    startedAt: journal.start,
    faults: (journal.fullhouse.faults ?? []).map(({ name, start, end }) => ({
      name,
      fromS: at(start),
      toS: at(end),
    })),
    panels: recordedPanels(series),
  };
}

export function experimentId({ experiment }: ExperimentSummary['journal']): string {
  return anchor('experiment', experiment.tags[0] ?? '', experiment.title);
}
