import { KernelPath } from '../network/kernel/kernel-path.ts';
import { type LossLayer, lossBothWays } from './loss-layer.ts';

export interface PacketLossOptions {
  readonly serviceUrl: string;
  /** The delay of one direction, if the kernel can delay packets. */
  readonly latencyMs: number;
  readonly how: KernelPath['how'];
}

/** The kernel drops random TCP packets, including acknowledgements, in both directions. */
export function packetLoss({ serviceUrl, latencyMs, how }: PacketLossOptions): LossLayer {
  const { protocol, hostname, port } = new URL(serviceUrl);
  const servicePort = Number(port) || (protocol === 'https:' ? 443 : 80);
  return {
    name: 'kernel',
    unit: 'TCP packets',
    // The timeouts of the kernel have grown during the loss, to many seconds after a high loss.
    catchesUpAtOnce: false,
    // No model: TCP in a kernel probes, estimates and backs off in too many ways.
    expectedShare: () => undefined,
    async open() {
      const path = await KernelPath.open({ servicePort, serviceHost: hostname });
      return {
        route: async () => ({ to: async () => ({ host: path.host, port: path.port }) }),
        async lose(percent) {
          const oneWay = { lossPercent: percent, ...(how === 'netem' ? { latencyMs } : {}) };
          await path.set({ up: oneWay, down: oneWay });
        },
        heal: () => path.heal(),
        async counts() {
          const { up, down } = await path.achieved();
          return lossBothWays(up, down);
        },
        close: () => path.close(),
      };
    },
  };
}
