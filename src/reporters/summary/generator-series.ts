import type { GeneratorMoment, ShareReport } from '../../crowd/share-report.ts';
import type { Series } from './series-schema.ts';

/** How the processes that generated the load fared over time, in the stretches of the series. */
export function generatorOverTime(
  reports: readonly ShareReport[],
  { everyS, points }: Pick<Series, 'everyS' | 'points'>,
): Series['generator'] {
  return reports
    .filter(({ moments }) => moments.length > 0)
    .map(({ share, moments }) => {
      const stretches = Array.from({ length: points }, () => [] as GeneratorMoment[]);
      // A moment tells of the second before it.
      for (const moment of moments)
        stretches[Math.floor(Math.max(0, moment.atMs / 1000 - 1) / everyS)]?.push(moment);
      const most = (read: (moment: GeneratorMoment) => number) =>
        stretches.map((within) => (within.length === 0 ? null : Math.max(...within.map(read))));
      return {
        share,
        loopDelayMaxMs: most(({ loopDelayMaxMs }) => rounded(loopDelayMaxMs)),
        cpu: most(({ cpu }) => rounded(cpu)),
        ...(moments.some(({ processorWaitPercent }) => processorWaitPercent !== undefined)
          ? { processorWaitPercent: most(({ processorWaitPercent = 0 }) => rounded(processorWaitPercent)) }
          : {}),
        ...(moments.some(({ browserCpu }) => browserCpu !== undefined)
          ? { browserCpu: most(({ browserCpu = 0 }) => rounded(browserCpu)) }
          : {}),
        memoryBytes: most(({ memoryBytes }) => memoryBytes),
      };
    })
    .sort((one, other) => one.share - other.share);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
