import { addressesOf, type Settings } from '../config/read-settings.ts';
import type { SettingName } from '../config/schema.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import { contractOf } from './access.ts';

/** Values of the contract for settings that are not set. @throws {UserError} if an address must not be loaded */
export function settingsOf(
  { service, socket, journey, source }: Contract,
  given: Settings,
): Readonly<Partial<Record<SettingName, string>>> {
  return {
    ...addressesOf({ url: service.url, socketUrl: socket?.url }, source, given),
    ...(journey.actions === undefined ? {} : { REQUESTS_PER_USER: String(journey.actions) }),
    ...(journey.think === undefined ? {} : { THINK_TIME_MS: journey.think.join('..') }),
  };
}

/** The same values, from the contract that the settings name. @throws {UserError} if it has mistakes */
export async function valuesOfContract(settings: Settings): Promise<ReturnType<typeof settingsOf>> {
  return settingsOf(await contractOf(settings), settings);
}
