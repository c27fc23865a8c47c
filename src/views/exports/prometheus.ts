import { exposition } from '../metrics/prometheus.ts';
import type { ReportPart } from '../report-part.ts';
import { finishedView } from '../run-view/finished-view.ts';

/**
 * `metrics.prom`: the figures of the whole run in Prometheus' text format, for the textfile collector of a node
 * exporter or a push gateway. The figures have base units, and no timestamps: both
 * consumers refuse timestamps.
 */
export const prometheusText: ReportPart = {
  name: 'metrics.prom',
  async write(report, write) {
    const { crowds, soak, experiments, benchmarks } = report;
    if (!soak && crowds.length + experiments.length + benchmarks.length === 0) return;
    await write('metrics.prom', exposition(finishedView(report)));
  },
};
