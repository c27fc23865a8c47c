import { fileName } from '../../kernel/file-name.ts';
import type { MergedOperation } from '../../timings/merged-timings.ts';
import type { ReportPart } from '../report-part.ts';

/**
 * `hgrm/<operation>.hgrm`: latencies in ms as the percentile distribution that HdrHistogram's plotters read;
 * `.earliest.hgrm` has their lower bounds if these differ; `.response.hgrm` has the latencies from the intended start.
 * `_all` stands for all actions together.
 */
export const percentileDistributions: ReportPart = {
  name: 'the .hgrm files',
  async write({ crowds }, write) {
    for (const { folder, timings } of crowds) {
      const named: [string, MergedOperation][] = [
        ['_all', timings.actions],
        ...[...timings.operations].map(([name, one]): [string, MergedOperation] => [fileName(name), one]),
      ];
      for (const [name, { ok, earliest, response }] of named) {
        if (ok.count === 0) continue;
        await write(`${folder}hgrm/${name}.hgrm`, ok.percentileDistribution());
        if (earliest.sumMs < ok.sumMs)
          await write(`${folder}hgrm/${name}.earliest.hgrm`, earliest.percentileDistribution());
        await write(`${folder}hgrm/${name}.response.hgrm`, response.percentileDistribution());
      }
    }
  },
};
