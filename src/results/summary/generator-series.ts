import type { GeneratorSample, SliceReport } from '../../crowd/slice-report.ts';
import { sampledSecond } from '../../timings/second.ts';
import type { Series } from './series-schema.ts';

/** The processes that generated the load over time, in the windows of the series. */
export function generatorOverTime(
  reports: readonly SliceReport[],
  { everyS, points }: Pick<Series, 'everyS' | 'points'>,
): Series['generator'] {
  return reports
    .filter(({ samples }) => samples.length > 0)
    .map(({ slice, samples }) => {
      const windows = Array.from({ length: points }, () => [] as GeneratorSample[]);
      for (const sample of samples) windows[Math.floor(sampledSecond(sample.atMs) / everyS)]?.push(sample);
      const most = (read: (sample: GeneratorSample) => number) =>
        windows.map((within) => (within.length === 0 ? null : Math.max(...within.map(read))));
      return {
        slice,
        loopDelayMaxMs: most(({ loopDelayMaxMs }) => rounded(loopDelayMaxMs)),
        cpu: most(({ cpu }) => rounded(cpu)),
        ...(samples.some(({ processorWaitPercent }) => processorWaitPercent !== undefined)
          ? { processorWaitPercent: most(({ processorWaitPercent = 0 }) => rounded(processorWaitPercent)) }
          : {}),
        ...(samples.some(({ browserCpu }) => browserCpu !== undefined)
          ? { browserCpu: most(({ browserCpu = 0 }) => rounded(browserCpu)) }
          : {}),
        memoryBytes: most(({ memoryBytes }) => memoryBytes),
      };
    })
    .sort((one, other) => one.slice - other.slice);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
