import type { DistributionChart, LatencyCurve } from '../../look/chart-data.ts';
import { FEWEST } from '../../look/chart-data.ts';
import type { Distribution, Distributions } from '../../results/summary/distribution-schema.ts';
import { familyOf } from './families.ts';

/** The curves of the operations with enough samples. */
export function distributionChart(
  id: string,
  { actions, operations }: Pick<Distributions, 'operations'> & { actions?: Distribution },
): DistributionChart {
  const all: DistributionChart['curves'] =
    actions && actions.count > 0 ? { '': curve(actions, familyOf('').title) } : {};
  const enough = Object.entries(operations).filter(([, { count }]) => count >= FEWEST);
  return {
    id,
    curves: {
      ...all,
      ...Object.fromEntries(enough.map(([name, one]) => [name, curve(one, familyOf(name).title)])),
    },
  };
}

function curve({ count, latency, earliest, response, bins }: Distribution, family: string): LatencyCurve {
  const differs = response.some(([, ms], index) => ms !== latency[index]?.[1]);
  return {
    family,
    count,
    latency,
    bins,
    ...(earliest ? { earliest } : {}),
    ...(differs ? { response } : {}),
  };
}
