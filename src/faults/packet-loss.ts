import { KernelPath } from '../network/kernel/index.ts';
import type { LossLayer } from './loss-layer.ts';

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
    // A kernel's own timeouts have grown meanwhile, to many seconds where much was lost.
    catchesUpAtOnce: false,
    // Its TCP probes, estimates and backs off in more ways than a small model has.
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
          const parts = `${up.lost} of ${up.of} up, ${down.lost} of ${down.of} down`;
          return { lost: up.lost + down.lost, of: up.of + down.of, parts };
        },
        close: () => path.close(),
      };
    },
  };
}
