import { once } from 'node:events';
import { createServer } from 'node:net';
import { contractEnvironment, dashboardPort } from '../../config/environment.ts';
import type { Settings } from '../../config/read-settings.ts';
import { counted, seconds } from '../../kernel/figures.ts';
import { requirePackages } from '../../kernel/optional-packages.ts';
import type { Contract } from '../../meetings/contract/contract.ts';
import { detectOffers } from '../../meetings/detect-offers.ts';
import { describeOffers } from '../../meetings/offers.ts';
import { openAccess } from '../../run/access.ts';
import { findService } from '../../run/find-service.ts';
import { serviceParts } from '../../run/optional-parts.ts';
import { ofService } from '../../run/own-service.ts';
import { ReferenceService } from '../../run/reference-service.ts';
import { newRunId } from '../../run/run-folder.ts';
import { type Checkup, type Finding, ok } from './finding.ts';

/** The service of a run with these settings: the named one, one on the port, or a reference service of its own. */
export function serviceCheckups(settings: Settings, contract: Contract): Checkup[] {
  return [
    {
      title: 'contract',
      run: () => [ok(`${contract.source}: ${counted(contract.operations.size, 'operation')}, no mistakes`)],
    },
    { title: 'service', run: () => service(settings, contract) },
    { title: 'dashboard', run: () => dashboard(settings) },
  ];
}

async function service(settings: Settings, contract: Contract): Promise<Finding[]> {
  const { startsServiceOn } = await findService(settings, contract);
  if (startsServiceOn === undefined) {
    const url = settings.MEETINGS_SERVICE_URL ?? `http://127.0.0.1:${settings.SERVICE_PORT}`;
    return [ok(`${url} is healthy`), await twoUsers({ ...settings, MEETINGS_SERVICE_URL: url })];
  }
  requirePackages(serviceParts(contractEnvironment(settings)));
  // Only a start shows whether PostgreSQL can be used.
  const begin = performance.now();
  const own = await ReferenceService.start('doctor', { ...ofService(settings), LOG_LEVEL: 'fatal' });
  try {
    const started = ok(
      `the reference service and its PostgreSQL start in ${seconds((performance.now() - begin) / 1000)}; port ${settings.SERVICE_PORT} is free`,
    );
    return [started, await twoUsers({ ...settings, MEETINGS_SERVICE_URL: own.url })];
  } finally {
    await own.stop();
  }
}

/** Takes two users through the service, as before each run. @throws {UserError} if it refuses them */
async function twoUsers(settings: Settings): Promise<Finding> {
  const access = await openAccess(settings);
  try {
    const url = settings.MEETINGS_SERVICE_URL!;
    const offers = await detectOffers({
      url,
      socketUrl: settings.WEBSOCKET_URL ?? url,
      runId: `${newRunId()}-d`,
      access,
      timeoutMs: settings.REQUEST_TIMEOUT_MS,
    });
    return ok(`two users met in it; it offers: ${describeOffers(offers).join(' · ')}`);
  } finally {
    await access.identities.close();
  }
}

async function dashboard(settings: Settings): Promise<Finding[]> {
  const port = dashboardPort(settings);
  if (port === null) return [ok('off (DASHBOARD_PORT)')];
  return [
    ok((await isFree(port)) ? `port ${port} is free` : `port ${port} is used; a run takes the next free one`),
  ];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
