import type { Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { type GatedService, startGatedService } from './gated-service.ts';
import { Hooks, hookFor } from './hooks.ts';
import { type OwnService, ofService } from './own-service.ts';

/**
 * A service whose database may be stopped, or the reason why it may not. The user's commands stop and start the
 * database of an attached service; questions run one at a time, so the outage affects no other question.
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
  return startGatedService(run.id, service.databaseUrl, {
    ...ofService(settings),
    // The outage of its database is intended.
    LOG_LEVEL: 'silent',
    ...own,
  });
}

function stoppedByCommands(serviceUrl: string, settings: Settings): GatedService | string {
  const hook = hookFor('database', settings);
  if (hook.kind !== 'stop and start')
    return `the database of an attached service cannot be stopped from here (${
      hook.kind === 'not applicable' ? hook.reason : 'no command that stops it is set'
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
