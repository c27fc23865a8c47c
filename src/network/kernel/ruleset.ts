import { z } from 'zod';

/** `up` is from the participant to the service. */
export interface LossPercents {
  readonly up: number;
  readonly down: number;
}

const TABLE = 'inet fullhouse';
/** The resolution of a loss: one millionth. */
const STEPS = 1_000_000;

/**
 * The rules of the line, as one transaction: the counters start at 0 when the rules take effect. The rules drop only TCP
 * packets that are forwarded: the TCP of the sending machine would notice a drop on that machine.
 */
export function lossRuleset({ up, down }: LossPercents): string {
  return `add table ${TABLE}
delete table ${TABLE}
table ${TABLE} {
  counter up_sent { }
  counter up_lost { }
  counter down_sent { }
  counter down_lost { }
  chain up {
    counter name up_sent
${lossRule(up, 'up_lost')}  }
  chain down {
    counter name down_sent
${lossRule(down, 'down_lost')}  }
  chain line {
    type filter hook forward priority 0; policy accept;
    meta l4proto tcp iifname "near" jump up
    meta l4proto tcp iifname "away" jump down
  }
}
`;
}

function lossRule(percent: number, counter: string): string {
  const steps = Math.round((percent / 100) * STEPS);
  if (steps === 0) return '';
  const chance = steps === STEPS ? '' : `numgen random mod ${STEPS} < ${steps} `;
  return `    ${chance}counter name ${counter} drop\n`;
}

const countersSchema = z.object({
  nftables: z.array(
    z.object({ counter: z.object({ name: z.string(), packets: z.number() }).optional() }).loose(),
  ),
});

export interface Packets {
  readonly sent: number;
  readonly lost: number;
}

/** Reads the output of `nft -j list counters`. */
export function readCounters(printed: unknown): { up: Packets; down: Packets } {
  const counters = new Map(
    countersSchema
      .parse(printed)
      .nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as const] : [])),
  );
  const of = (direction: string): Packets => {
    const sent = counters.get(`${direction}_sent`);
    const lost = counters.get(`${direction}_lost`);
    if (sent === undefined || lost === undefined)
      throw new Error(`nftables lists no counters for ${direction}`);
    return { sent, lost };
  };
  return { up: of('up'), down: of('down') };
}
