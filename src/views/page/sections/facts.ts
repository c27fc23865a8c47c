import type { RunFacts } from '../../../history/run-facts.ts';
import { number, seconds } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { type Html, html } from '../html.ts';

/** The conditions of a phase. */
export interface Facts
  extends Pick<RunFacts, 'service' | 'seed' | 'machine' | 'versions' | 'settings' | 'commit'> {
  readonly runId: string;
  /** An ISO time; null for a phase that never started. */
  readonly startedAt: string | null;
  readonly network: string | null;
  /** The duration in words; absent if it is not known. */
  readonly duration?: string | undefined;
}

/** The facts of a load test. */
export function factsOfLoad({ run, ...summary }: Summary): Facts {
  const duration = `${seconds(run.durationS)}, participants arrive for ${seconds(run.scheduleS)}`;
  return { ...summary, runId: run.id, startedAt: run.startedAt, commit: run.commit, duration };
}

/** The service, the machine and the settings of a phase. */
export function factsSection({ service, startedAt, duration, runId, seed, ...facts }: Facts): Html {
  const { commit, network, machine, versions, settings } = facts;
  const rows: [string, Html | string][] = [
    [
      'Service',
      html`${service.url} ${service.startedForTheRun && html`<small>reference service, started for the run</small>`}${service.defects !== undefined && html` <strong>seeded defects: ${service.defects}</strong>`}`,
    ],
    ...(service.offers ? [['Offers', service.offers.join(' · ')] as [string, string]] : []),
    ...(network === null ? [] : [['Network', network] as [string, string]]),
    [
      'Started',
      startedAt === null ? 'never' : html`<time datetime="${startedAt}">${moment(startedAt)}</time>`,
    ],
    ...(duration === undefined ? [] : [['Duration', duration] as [string, string]]),
    ['Run', runId],
    ['Seed', String(seed)],
    ['Commit', commit === null ? 'unknown' : html`<code>${commit.slice(0, 12)}</code>`],
    [
      'Machine',
      `${machine.cpu}, ${number(machine.cores)} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB, ${machine.os}`,
    ],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return html`<div class="card facts"><h3 class="facts-head">Run</h3>
<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<details><summary>Settings</summary><table class="settings"><thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead><tbody>${Object.entries(
    settings,
  ).map(
    ([name, value]) => html`<tr><th scope="row"><code>${name}</code></th><td>${settingText(value)}</td></tr>`,
  )}</tbody></table></details>
</div>`;
}

function moment(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

function settingText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) {
    const isRange = value.length === 2 && value.every((one) => typeof one === 'number');
    return value.join(isRange ? '..' : ', ') || '–';
  }
  return typeof value === 'object'
    ? ((value as { name?: string }).name ?? JSON.stringify(value))
    : String(value);
}
