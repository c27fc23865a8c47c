import type { SettingName } from '../../config/schema.ts';
import { machinesTogether } from '../../history/machine.ts';
import type { RunFacts } from '../../history/run-facts.ts';

/** The facts of several runs together, under the id of the merged run. If commits differ, the commit is null. */
export function mergedFacts(parts: readonly RunFacts[], runId: string): RunFacts {
  const [first] = parts as [RunFacts];
  const isOneCommit = parts.every(({ commit }) => commit === first.commit);
  return {
    ...first,
    runId,
    shard: { index: 1, of: 1 },
    machine: machinesTogether(parts),
    commit: isOneCommit ? first.commit : null,
  };
}

/** A sentence that names the settings that differ between the parts. */
export function settingsThatDiffer(parts: readonly RunFacts[], names: readonly SettingName[]): string[] {
  return names.flatMap((name) =>
    differing(
      name,
      parts.map(({ settings }) => settings[name]),
    ),
  );
}

/** A sentence about a difference between the parts; empty without one. */
export function differing(what: string, values: readonly unknown[]): string[] {
  const different = [...new Set(values.map((value) => JSON.stringify(value) ?? 'nothing'))];
  return different.length > 1 ? [`${what} differs: ${different.join(' and ')}`] : [];
}
