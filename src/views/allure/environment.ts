import type { RunFacts } from '../../history/run-facts.ts';

/** The conditions of the run for Allure's environment table: names and values. */
export function environmentOf({
  runId,
  service,
  seed,
  network,
  versions,
  machine,
  commit,
  settings,
}: RunFacts): Record<string, string> {
  const { os, cpu, cores, memoryBytes } = machine;
  return {
    run: runId,
    service: service.startedForTheRun ? 'reference service' : service.url,
    ...(service.defects === undefined ? {} : { 'SEEDED DEFECTS': service.defects }),
    seed: String(seed),
    network: network ?? 'direct',
    commit: commit ?? 'unknown',
    machine: `${cores} × ${cpu}, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${os}`,
    ...Object.fromEntries(Object.entries(versions).map(([name, version]) => [`version of ${name}`, version])),
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, textOf(value)])),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
