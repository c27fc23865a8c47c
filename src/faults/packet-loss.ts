import { KernelPath } from '../network/kernel/kernel-path.ts';
import { type LossLayer, lossBothWays } from './loss-layer.ts';

export interface PacketLossOptions {
  readonly serviceUrl: string;
  /** One way, where the kernel can delay at all. */
  readonly latencyMs: number;
  readonly how: KernelPath['how'];
}

/** Real packets of TCP, acknowledgements among them, are lost in both directions; the kernel draws which. */
export function packetLoss({ serviceUrl, latencyMs, how }: PacketLossOptions): LossLayer {
  const { protocol, hostname, port } = new URL(serviceUrl);
  const servicePort = Number(port) || (protocol === 'https:' ? 443 : 80);
  return {
    name: 'kernel',
    unit: 'TCP packets',
    // Meanwhile the kernel's own timeouts have grown, to many seconds if much was lost.
    catchesUpAtOnce: false,
    // A kernel's TCP probes, estimates and backs off in more ways than a small model.
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
