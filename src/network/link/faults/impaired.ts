import { LatencyHistogram } from '../../../timings/latency-histogram.ts';
import { achievedLoss } from '../../achieved.ts';
import { DIRECTIONS, describeImpairment, isNothing, pathImpairmentSchema } from '../../impairment.ts';
import type { DirectionStats } from '../path-stats.ts';
import { defineFault, type Proof } from './define-fault.ts';

/**
 * Latency, jitter, bandwidth and loss, for each direction. New connections also wait for the handshake over such a path:
 * a round trip, and the retransmissions of lost SYNs.
 */
export const impaired = defineFault({
  kind: 'impaired',
  settings: pathImpairmentSchema.shape,
  replacesEarlier: true,
  describe: (impairment) => `impaired: ${describeImpairment(impairment)}`,
  apply(line, impairment) {
    line.impairment = impairment;
  },
  prove(stats) {
    const proofs = DIRECTIONS.filter((one) => !isNothing(stats[one].set)).map((one) => proofOf(stats[one]));
    return {
      isReal: proofs.length > 0 && proofs.every(({ isReal }) => isReal),
      message: proofs.map(({ message }) => message).join('; ') || 'nothing is impaired',
    };
  },
});

/** Loss in bursts is not compared with an interval: its losses depend on each other. */
function proofOf({ direction, set, addedDelay, transmissions, lost, passedBytes }: DirectionStats): Proof {
  const { latencyMs = 0, jitterMs = 0, loss } = set;
  const delays = addedDelay && LatencyHistogram.decode(addedDelay);
  const medianMs = delays?.valueAtRank(Math.ceil(delays.count / 2));
  const isLossReal =
    loss?.model === 'bernoulli' ? achievedLoss(loss.percent, lost, transmissions).agrees : !loss || lost > 0;
  const delayed =
    medianMs === undefined
      ? 'no bytes passed'
      : `${passedBytes} bytes ${medianMs.toFixed(0)} ms late (median)`;
  return {
    // If no byte passed, only losses can prove the fault.
    isReal: isLossReal && (medianMs === undefined ? lost > 0 : medianMs >= latencyMs - jitterMs),
    message: `${direction}: ${delayed}, ${lost} of ${transmissions} segments lost`,
  };
}
