import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UserError } from '../../kernel/errors.ts';
import { type AchievedLoss, achievedLoss } from '../achieved.ts';
import { AskedProcess } from '../asked-process.ts';
import { assertValid, numberFrom, percent } from '../settings.ts';
import { type KernelMeans, kernelLayerAvailable } from './kernel-layer.ts';
import { type LossPercents, lossRuleset, readCounters } from './ruleset.ts';

const KEEPER = fileURLToPath(import.meta.resolve('./keeper.mjs'));

/** The impairment of the packets in one direction. */
const packetsSchema = z.strictObject({
  /** Each packet is lost independently. The kernel decides which packets, so no seed repeats the losses. */
  lossPercent: percent.optional(),
  /** One way; needs netem in the kernel. */
  latencyMs: numberFrom(0, 60_000).optional(),
});

/** `up` is to the service, `down` from it. */
const impairmentSchema = z.strictObject({ up: packetsSchema.optional(), down: packetsSchema.optional() });

interface KeeperCommands {
  /** Opens the path, once. If that fails, the keeper ends. */
  open: {
    ask: {
      servicePort: number;
      serviceHost: string;
      /** Makes the name of the interface on the host unique. */
      id: string;
      hostAddress: string;
      lineAddresses: readonly [near: string, away: string];
      farAddress: string;
      ruleset: string;
    };
    answer: { port: number };
  };
  set: { ask: { ruleset: string; delaysMs?: { up: number; down: number } }; answer: null };
  /** Returns the output of `nft -j list counters`. */
  counters: { ask: object; answer: unknown };
}

/**
 * A path to the service on which the kernel loses real packets, in separate network namespaces: connects, data and
 * acknowledgements of the TCP connection between a participant and the far end of the path. TCP itself retransmits them.
 * The connection from the far end to the service is not impaired. The namespaces, interfaces and rules disappear after
 * `close`, and after any end of this process.
 */
export class KernelPath implements AsyncDisposable {
  readonly layer = 'kernel';
  readonly how: KernelMeans;
  /** Participants connect here instead of to the service. */
  readonly host: string;
  readonly port: number;
  readonly #keeper: AskedProcess<KeeperCommands>;
  #set: LossPercents = { up: 0, down: 0 };

  private constructor(how: KernelMeans, host: string, port: number, keeper: AskedProcess<KeeperCommands>) {
    this.how = how;
    this.host = host;
    this.port = port;
    this.#keeper = keeper;
  }

  /**
   * @param options the address of the service, on loopback
   * @throws {UserError} with the reason, if the kernel layer cannot be used
   */
  static async open(options: { servicePort: number; serviceHost?: string }): Promise<KernelPath> {
    const { servicePort, serviceHost = '127.0.0.1' } = options;
    const available = kernelLayerAvailable();
    if (!available.ok) throw new UserError(available.why);
    const number = randomInt(2 ** 14);
    const [hostAddress, near, away, farAddress] = addresses(number);
    const keeper = await AskedProcess.start<KeeperCommands>({
      name: 'The kernel path',
      main: KEEPER,
      // Ctrl-C must not end the path before its user has closed it.
      detached: true,
    });
    try {
      const { port } = await keeper.ask({
        type: 'open',
        servicePort,
        serviceHost,
        id: `${number.toString(36)}p${process.pid.toString(36)}`,
        hostAddress,
        lineAddresses: [near, away],
        farAddress,
        ruleset: lossRuleset({ up: 0, down: 0 }),
      });
      return new KernelPath(available.how, farAddress, port, keeper);
    } catch (error) {
      await keeper.close();
      throw error;
    }
  }

  /**
   * Replaces all earlier settings, also for open connections. `achieved` counts from this call.
   * @throws {UserError} with all mistakes at once
   */
  async set(impairment: z.infer<typeof impairmentSchema>): Promise<void> {
    assertValid('Kernel path', impairmentSchema, impairment);
    const { up = {}, down = {} } = impairment;
    const percents = { up: up.lossPercent ?? 0, down: down.lossPercent ?? 0 };
    const delaysMs = { up: up.latencyMs ?? 0, down: down.latencyMs ?? 0 };
    if (this.how !== 'netem' && (delaysMs.up > 0 || delaysMs.down > 0)) {
      throw new UserError(
        'Kernel path: this kernel has no netem, so it cannot delay packets. Leave out latencyMs, or use the link.',
      );
    }
    await this.#keeper.ask({
      type: 'set',
      ruleset: lossRuleset(percents),
      ...(this.how === 'netem' ? { delaysMs } : {}),
    });
    this.#set = percents;
  }

  heal(): Promise<void> {
    return this.set({});
  }

  /** The TCP packets that the kernel counted since the last `set`. */
  async achieved(): Promise<{ up: AchievedLoss; down: AchievedLoss }> {
    const { up, down } = readCounters(await this.#keeper.ask({ type: 'counters' }));
    return {
      up: achievedLoss(this.#set.up, up.lost, up.sent),
      down: achievedLoss(this.#set.down, down.lost, down.sent),
    };
  }

  /** Resolves when nothing of the path is left on the host. May be called more than once. */
  close(): Promise<void> {
    return this.#keeper.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Four addresses in two networks of four: host and near end of the line; away end and far end. They are from 198.18.0.0/15,
 * which is reserved for measurements (RFC 2544) and has no route.
 */
function addresses(number: number): [string, string, string, string] {
  const first = number * 8;
  const address = (offset: number) => {
    const value = first + offset;
    return `198.${18 + (value >> 16)}.${(value >> 8) & 255}.${value & 255}`;
  };
  return [address(1), address(2), address(5), address(6)];
}
