import type { Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { type GatedService, startGatedService } from './gated-service.ts';
import { Hooks, hookFor } from './hooks.ts';
import type { OwnService } from './own-service.ts';

/**
 * A database that may be stopped, with its service; or the reason why no database may be stopped. For an attached service, the
 * user's commands stop and start it; questions run one at a time, so no other one sees the outage.
 */
export async function stoppableDatabase(of: {
  readonly run: Run;
  readonly settings: Settings;
  readonly service: OwnService;
  /** The settings of the service that is checked. */
  readonly own: Readonly<Record<string, string>>;
}): Promise<GatedService | string> {
  const { run, settings, service, own } = of;
  if (service.databaseUrl === undefined) return stoppedByCommands(service.url, settings);
  const { JWT_SECRET, SERVICE_DEFECTS, SERVICE_STYLE } = settings;
  return startGatedService(run.id, service.databaseUrl, {
    JWT_SECRET,
    SERVICE_STYLE,
    // The outage of its database is intended.
    LOG_LEVEL: 'silent',
    ...(SERVICE_DEFECTS ? { SERVICE_DEFECTS } : {}),
    ...own,
  });
}

function stoppedByCommands(serviceUrl: string, settings: Settings): GatedService | string {
  const hook = hookFor('database', settings);
  if (hook.kind !== 'stop and start')
    return `the database of an attached service cannot be stopped from here (${
      hook.kind === 'not applicable' ? hook.reason : 'no command is set that stops it'
    })`;
  const hooks = new Hooks(settings);
  return {
    serviceUrl,
    async stop() {
      await hooks.run(hook.stop, hook.start);
    },
    async start() {
      await hooks.run(hook.start);
    },
    // Restarts everything that is still stopped.
    close: () => hooks.close(),
  };
}
