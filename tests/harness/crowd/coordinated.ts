import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from '@playwright/test';
import { Coordinator, type CoordinatorOptions } from '../../../src/crowd/coordinator/coordinator.ts';
import { CoordinatorConnection } from '../../../src/crowd/coordinator/coordinator-connection.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';

/** A coordinator with real connections; everything is closed at the end. */
export class Coordinated {
  readonly coordinator: Coordinator;
  readonly #connections: CoordinatorConnection[] = [];
  readonly #sockets: Socket[] = [];

  private constructor(coordinator: Coordinator) {
    this.coordinator = coordinator;
  }

  static async start(
    expected: readonly number[],
    options: Partial<Omit<CoordinatorOptions, 'expected'>> = {},
  ): Promise<Coordinated> {
    const coordinator = await Coordinator.start({
      expected,
      barrierTimeoutMs: 60_000,
      scrapeMetrics: async () => null,
      scrapeEveryMs: 60_000,
      routeMetrics: referenceContract().metrics,
      ...options,
    });
    return new Coordinated(coordinator);
  }

  async slice(slice: number, crowd = 'crowd'): Promise<CoordinatorConnection> {
    const connection = await CoordinatorConnection.open(this.coordinator.address, { crowd, slice });
    this.#connections.push(connection);
    return connection;
  }

  async collector(crowd = 'crowd'): Promise<CoordinatorConnection> {
    const connection = await CoordinatorConnection.open(this.coordinator.address, { crowd });
    this.#connections.push(connection);
    return connection;
  }

  /** A raw connection without a hello. */
  async stranger(): Promise<Socket> {
    const socket = connect(Number(this.coordinator.address.split(':')[0]), '127.0.0.1');
    this.#sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  get token(): string {
    return this.coordinator.address.split(':')[1]!;
  }

  /** The coordinator's record of a crowd. */
  record(name = 'crowd') {
    const record = this.coordinator.crowds.find((crowd) => crowd.name === name);
    if (!record) throw new Error(`no crowd ${name}`);
    return record;
  }

  /** Waits until the condition holds; `what` is its description. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await expect.poll(holds, { message: what, intervals: [5], timeout: 30_000 }).toBe(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.coordinator.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** Closes the connection of a slice, which the coordinator takes for the end of its process. */
export async function die(connection: CoordinatorConnection): Promise<void> {
  await connection.close();
}
