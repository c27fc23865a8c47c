import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

/**
 * @returns the address where the service listens
 * @throws {StartError} for a used port. A service with an owner takes a free port instead, because the owner reads the
 * address.
 */
export async function listen(app: FastifyInstance, { host, port, owner }: Config): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (!owner) {
      const holder = await whoListensAt(host, port);
      throw new StartError(
        `Port ${port} on ${host} is in use by ${holder}. Stop it, or set SERVICE_PORT to another port (0 takes any free port).`,
      );
    }
    app.log.info(`port ${port} is in use, taking a free port`);
    await app.listen({ host, port: 0 });
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The service listens on no port.');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

async function whoListensAt(host: string, port: number): Promise<string> {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${name}:${port}/health`, { signal: AbortSignal.timeout(1_000) });
    const { service } = (await response.json()) as { service?: unknown };
    if (service !== 'meetings') return 'another program';
    const owner = response.headers.get('x-service-owner');
    return owner ? `another meetings service (owner: ${owner})` : 'another meetings service';
  } catch {
    return 'another program';
  }
}
