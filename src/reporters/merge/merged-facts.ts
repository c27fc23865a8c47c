import type { SettingName } from '../../config/schema.ts';
import { machinesTogether } from '../../history/machine.ts';
import type { RunFacts } from '../../history/run-facts.ts';

/** What several runs were together, under the id of the merged one. A commit that differs is none. */
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

/** In words, which of these settings are not the same in all parts. */
export function settingsThatDiffer(parts: readonly RunFacts[], names: readonly SettingName[]): string[] {
  return names.flatMap((name) =>
    differing(
      name,
      parts.map(({ settings }) => settings[name]),
    ),
  );
}

/** In words, that something is not the same in all parts; nothing when it is. */
export function differing(what: string, values: readonly unknown[]): string[] {
  const different = [...new Set(values.map((value) => JSON.stringify(value) ?? 'nothing'))];
  return different.length > 1 ? [`${what} differs: ${different.join(' and ')}`] : [];
}
