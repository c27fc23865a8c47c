import { type Finding, isAgainst } from '../../../checks/check.ts';
import { evidenceLines } from '../../../checks/evidence.ts';
import { factText, RECOVERY_TIME } from '../../../experiments/facts.ts';
import { findingsOf } from '../../../experiments/journal.ts';
import { number, percent, seconds } from '../../../kernel/figures.ts';
import type { TimeGroup } from '../../../look/chart-data.ts';
import type { ExperimentSummary } from '../../../results/summary/experiment.ts';
import { failuresOf, failureTexts } from '../../../timings/failure-causes.ts';
import { type Html, html } from '../html.ts';
import { experimentId } from '../panels/experiment.ts';
import { chartsSection } from './charts.ts';
import { state } from './icons.ts';
import { percentileOf } from './latency.ts';
import { operationsTable } from './operations.ts';
import { SectionList } from './section-list.ts';
import { slowestSection } from './slowest.ts';
import { stepsTable } from './steps.ts';

const MOST_CAUSES = 20;

export interface ShownExperiment {
  readonly summary: ExperimentSummary;
  /** Undefined if the experiment was too short for curves. */
  readonly group: TimeGroup | undefined;
}

/** The chaos experiments: one row each, then each with its checks, evidence, steps and figures. */
export function experimentsSection(experiments: readonly ShownExperiment[], runId: string): Html {
  return html`<div class="card scroll below" tabindex="0" role="group" aria-label="Experiments, one line each"><table>
<thead><tr><th scope="col">Experiment</th><th scope="col">Verdict</th><th scope="col" class="n">Checks</th><th scope="col" class="n">Recovery</th><th scope="col" class="n">Operations</th><th scope="col" class="n">P95</th><th scope="col" class="n">Duration</th></tr></thead>
<tbody>${experiments.map(overviewRow)}</tbody></table></div>
${experiments.map((one) => experimentDetails(one, runId))}`;
}

function overviewRow({ summary }: ShownExperiment): Html {
  const { journal, total, latency } = summary;
  const findings = findingsOf(journal);
  const passed = findings.filter(({ verdict }) => verdict === 'passed').length;
  return html`<tr><th scope="row"><a href="#${experimentId(journal)}">${journal.experiment.title}</a><small>${journal.experiment.description}</small></th>
<td>${state(journal.fullhouse.verdict)}</td>
<td class="n">${passed} of ${findings.length}</td>
<td class="n">${recoveryText(journal)}</td>
<td class="n">${number(total)}</td>
<td class="n">${latency ? percentileOf(latency.p95) : '–'}</td>
<td class="n">${seconds(journal.duration)}</td></tr>`;
}

/** An experiment without a fault, or with an early end, has no recovery time. */
function recoveryText({ fullhouse: { facts } }: ExperimentSummary['journal']): string {
  const recovery = facts.find(({ name }) => name === RECOVERY_TIME);
  return recovery ? factText(recovery) : '–';
}

/** The details of an experiment are open if its verdict is against the service. */
function experimentDetails({ summary, group }: ShownExperiment, runId: string): Html {
  const { journal, total, failed, operations, distributions } = summary;
  const { experiment, fullhouse } = journal;
  const id = experimentId(journal);
  const sections = new SectionList(id);
  const failures = failureTexts(failuresOf(operations), MOST_CAUSES);
  return html`<details class="card experiment" id="${id}" ${isAgainst(fullhouse) && html`open`}>
<summary><h3>${experiment.title}</h3> ${state(fullhouse.verdict)}</summary>
<div class="inside" data-phase>
<p>${experiment.description}</p>
<table class="checks"><caption>Checks</caption><thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">What was found</th></tr></thead>
<tbody>${findingsOf(journal).map(checkRow)}</tbody></table>
<table><caption>Facts</caption><tbody>
<tr><th scope="row">Operations</th><td>${number(total)}, ${number(failed)} failed (${percent(total === 0 ? null : (failed / total) * 100)})</td></tr>
${failures.length > 0 && html`<tr><th scope="row">Failures</th><td><ul class="evidence">${failures.map((text) => html`<li>${text}</li>`)}</ul></td></tr>`}
<tr><th scope="row">Seed</th><td>${fullhouse.seed}</td></tr>
${fullhouse.facts.map((fact) => html`<tr><th scope="row">${fact.name}</th><td class="fact">${factCell(factText(fact))}</td></tr>`)}</tbody></table>
${stepsTable(journal)}
${sections.add('charts', 'Over time', group && chartsSection(group))}
${sections.add('operations', 'Operations', Object.keys(operations).length > 0 && operationsTable(id, operations, distributions.operations))}
${sections.add('slowest', 'Slowest calls', slowestSection({ phase: id, operations, runId, hasCharts: group !== undefined }))}
</div></details>`;
}

function checkRow({ check, verdict, message, evidence }: Finding): Html {
  return html`<tr><th scope="row">${check}</th><td>${state(verdict)}</td><td>${message}${
    evidence.length > 0 &&
    html`<ul class="evidence">${evidenceLines(evidence).map((line) => html`<li>${line}</li>`)}</ul>`
  }</td></tr>`;
}

function factCell(value: string): Html {
  const lines = value.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return html`${value.trim()}`;
  // Aligned columns: only the common indentation is removed.
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return html`<pre>${lines.map((line) => line.slice(margin)).join('\n')}</pre>`;
}
