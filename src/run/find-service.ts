import { type Run, serviceFoundAt } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { UserError } from '../kernel/errors.ts';
import { referenceContract } from '../meetings/contract/load.ts';
import { probe, waitForService } from '../meetings/probe.ts';

/** An attached service may just be starting; after this time the run reports an error. */
const PATIENCE_MS = 5000;

/** The service that the run loads: the named one, one that already runs on the port, or a new reference service. */
export async function findService(
  { MEETINGS_SERVICE_URL, SERVICE_PORT, CONTRACT }: Settings,
  contract = referenceContract(),
): Promise<Pick<Run, 'startsServiceOn' | 'defects'>> {
  if (MEETINGS_SERVICE_URL !== undefined) {
    const { defects } = await waitForService(MEETINGS_SERVICE_URL, PATIENCE_MS, contract);
    return { defects };
  }
  if (!contract.service.isReference)
    throw new UserError(
      `The contract "${CONTRACT ?? contract.source}" describes your own service, but its address is not set. Set MEETINGS_SERVICE_URL, or \`service.url\` in the contract.`,
    );
  const url = `http://127.0.0.1:${SERVICE_PORT}`;
  const found = await probe(url);
  switch (found.kind) {
    case 'nothing':
      return { startsServiceOn: SERVICE_PORT };
    case 'meetings service':
      // The service of another run ends with that run, so this run starts its own.
      if (found.owner !== undefined) return { startsServiceOn: 0 };
      serviceFoundAt(url);
      return { defects: found.defects };
    case 'unhealthy':
      throw new UserError(
        `The meetings service on port ${SERVICE_PORT} is unhealthy (GET /health returned ${found.status}). Restart it, or set SERVICE_PORT to a free port.`,
      );
    case 'something else':
      throw new UserError(
        `Port ${SERVICE_PORT} is used by a program that is not a meetings service: GET /health returned "${found.answer}". Stop it, set SERVICE_PORT to a free port, or name your service in MEETINGS_SERVICE_URL.`,
      );
  }
}
