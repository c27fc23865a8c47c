import type { Run } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { ReferenceService } from './reference-service.ts';

export interface OwnService {
  readonly url: string;
  /** Whether it is an attached service, which the run must not change. */
  readonly isAttached: boolean;
  /** Undefined for an attached service, whose database the harness must not use. */
  readonly databaseUrl: string | undefined;
  stop(): Promise<void>;
}

/** The settings of the run that every reference service gets. */
export function ofService({ JWT_SECRET, SERVICE_DEFECTS, SERVICE_STYLE }: Settings): Record<string, string> {
  return { JWT_SECRET, SERVICE_STYLE, ...(SERVICE_DEFECTS ? { SERVICE_DEFECTS } : {}) };
}

/** The attached service, or a reference service for the caller alone, with settings that a shared one must not have. */
export async function openOwnService(
  run: Run,
  settings: Settings,
  own: Readonly<Record<string, string>> = {},
): Promise<OwnService> {
  if (run.startsServiceOn === undefined)
    return {
      url: settings.MEETINGS_SERVICE_URL!,
      isAttached: true,
      databaseUrl: undefined,
      stop: () => Promise.resolve(),
    };
  const service = await ReferenceService.start(run.id, { ...ofService(settings), ...own });
  const { url, databaseUrl } = service;
  return { url, databaseUrl, isAttached: false, stop: () => service.stop() };
}
