import { number, seconds } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { type Html, html } from '../html.ts';

/** The service, the machine and the settings of the run. */
export function factsSection(summary: Summary): Html {
  const { run, service, seed, machine, versions, settings } = summary;
  const facts: [string, Html | string][] = [
    [
      'Service',
      html`${service.url} ${service.startedForTheRun && html`<small>reference service, started for the run</small>`}${service.defects !== undefined && html` <strong>seeded defects: ${service.defects}</strong>`}`,
    ],
    ...(service.offers ? [['Offers', service.offers.join(' · ')] as [string, string]] : []),
    [
      'Started',
      run.startedAt === null
        ? 'never'
        : html`<time datetime="${run.startedAt}">${moment(run.startedAt)}</time>`,
    ],
    ['Duration', `${seconds(run.durationS)}, participants arrive for ${seconds(run.scheduleS)}`],
    ['Run', run.id],
    ['Seed', String(seed)],
    ['Commit', run.commit === null ? 'unknown' : html`<code>${run.commit.slice(0, 12)}</code>`],
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
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
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
