import { DatabasePath } from '../network/database-path.ts';
import { ReferenceService } from './reference-service.ts';

/** A service whose database can be stopped and restarted. */
export interface GatedService {
  readonly serviceUrl: string;
  /** From now on, the service cannot reach its database. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a reference service with a separate database on the PostgreSQL server of `databaseUrl`; all its connections
 * go over a path that can be cut. The server itself keeps running: others use it.
 */
export async function startGatedService(
  owner: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<GatedService> {
  const path = await DatabasePath.open(databaseUrl);
  try {
    const service = await ReferenceService.start(owner, {
      ...settings,
      DATABASE_SERVER_URL: path.url,
      DATABASE_POOL_SIZE: '2',
    });
    return {
      serviceUrl: service.url,
      async stop() {
        await path.cut();
      },
      start: () => path.heal(),
      async close() {
        // The service removes its database at its end.
        await path.heal();
        await service.stop();
        await path.close();
      },
    };
  } catch (error) {
    await path.close();
    throw error;
  }
}
