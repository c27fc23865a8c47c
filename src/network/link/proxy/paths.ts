import type { AddressInfo, Server } from 'node:net';
import { assertNever, UserError } from '../../../kernel/errors.ts';
import type { CommandOf } from '../../asked-process.ts';
import type { Commands } from '../messages.ts';
import { listen } from './listener.ts';
import { ProxiedPath } from './proxied-path.ts';

type AnyAnswer = Commands[keyof Commands]['answer'];

/** All paths of one link, and the commands of their owner. */
export class Paths {
  readonly #seed: string;
  readonly #paths = new Map<string, ProxiedPath>();
  readonly #parking: Server;

  private constructor(seed: string, parking: Server) {
    this.#seed = seed;
    this.#parking = parking;
  }

  static async start(seed: string): Promise<Paths> {
    return new Paths(seed, await listen((socket) => socket.on('error', () => undefined), 0));
  }

  async obey(command: CommandOf<Commands>): Promise<AnyAnswer> {
    switch (command.type) {
      case 'open':
        return this.#open(command);
      case 'listen':
        return { port: await this.#path(command.path).portFor(command.to) };
      case 'dispose': {
        const path = this.#path(command.path);
        this.#paths.delete(command.path);
        await path.dispose();
        return null;
      }
      case 'inflict':
        return { fault: await this.#path(command.path).inflict(command.fault, command.ttlMs) };
      case 'heal':
        await this.#path(command.path).heal(command.fault);
        return null;
      case 'end':
        return { connections: this.#path(command.path).end(command.by) };
      case 'stats':
        return this.#path(command.path).stats(command.startOver);
      default:
        return assertNever(command);
    }
  }

  async #open({ path: name, upstream, service }: Commands['open']['ask']): Promise<{ port: number }> {
    if (this.#paths.has(name)) {
      throw new UserError(`The link already has a path "${name}". Give each path its own name.`);
    }
    const parkingPort = (this.#parking.address() as AddressInfo).port;
    const path = await ProxiedPath.open({ name, seed: this.#seed, upstream, service, parkingPort });
    this.#paths.set(name, path);
    return { port: path.port };
  }

  #path(name: string): ProxiedPath {
    const path = this.#paths.get(name);
    if (!path) throw new UserError(`The path "${name}" is closed. Open it again with link.open("${name}").`);
    return path;
  }
}
