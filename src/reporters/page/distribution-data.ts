import type { Distribution, Distributions } from '../summary/distribution-schema.ts';
import type { DistributionChart, LatencyCurve } from './chart-data.ts';

export function distributionChart(
  id: string,
  { actions, operations }: Pick<Distributions, 'operations'> & { actions?: Distribution },
): DistributionChart {
  const all: DistributionChart['curves'] = actions && actions.count > 0 ? { '': curve(actions) } : {};
  return {
    id,
    curves: {
      ...all,
      ...Object.fromEntries(Object.entries(operations).map(([name, one]) => [name, curve(one)])),
    },
  };
}

function curve({ count, latency, response, bins }: Distribution): LatencyCurve {
  const differs = response.some(([, ms], index) => ms !== latency[index]?.[1]);
  return { count, latency, bins, ...(differs ? { response } : {}) };
}
