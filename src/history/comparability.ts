import { machineText } from './machine.ts';
import type { HistoryRecord } from './record.ts';

type Settings = HistoryRecord['settings'];

/** Why two records are not comparable, in words; empty when they are. */
export function differences(one: HistoryRecord, other: HistoryRecord): string[] {
  const found: string[] = [];
  const compare = (what: string, left: unknown, right: unknown) => {
    if (left !== right) found.push(`${what}: ${text(left)} against ${text(right)}`);
  };
  compare('kind', one.kind, other.kind);
  compare('name', one.name, other.name);
  compare('service', one.service, other.service);
  if (one.machine.fingerprint !== other.machine.fingerprint) {
    const [here, there] = [machineText(one.machine), machineText(other.machine)];
    found.push(here === there ? 'machine: another fingerprint' : `machine: ${here} against ${there}`);
  }
  for (const name of settingNames(one.settings, other.settings))
    compare(name, one.settings[name] ?? null, other.settings[name] ?? null);
  return found;
}

/** Equal for two records exactly when `differences` finds none. */
export function comparisonKey({ kind, name, service, machine, settings }: HistoryRecord): string {
  const set = settingNames(settings).map((setting) => [setting, settings[setting]]);
  return JSON.stringify([kind, name, service, machine.fingerprint, set]);
}

/** An unset setting equals a missing one. */
function settingNames(...settings: readonly Settings[]): string[] {
  const names = settings.flatMap((one) => Object.keys(one).filter((name) => one[name] != null));
  return [...new Set(names)].sort();
}

function text(value: unknown): string {
  return value === null ? 'not set' : String(value);
}
