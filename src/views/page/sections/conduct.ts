import type { Answered, Finding } from '../../../conduct/answered.ts';
import { number } from '../../../kernel/figures.ts';
import { type Html, html } from '../html.ts';
import { state } from './icons.ts';

/** The findings about the service, defects first, then each question with its state. */
export function conductSection(answers: readonly Answered[]): Html {
  const findings = [...findingsOf(answers, 'defect'), ...findingsOf(answers, 'worth knowing')];
  return html`${
    findings.length > 0 &&
    html`<div class="card scroll below" tabindex="0" role="group" aria-label="Findings"><table>
<caption>Findings</caption><thead><tr><th scope="col">Finding</th><th scope="col">Severity</th><th scope="col">What was found</th></tr></thead>
<tbody>${findings.map(findingRow)}</tbody></table></div>`
  }
<div class="card scroll below" tabindex="0" role="group" aria-label="Questions"><table>
<caption>Questions</caption><thead><tr><th scope="col">Question</th><th scope="col">State</th><th scope="col" class="n">Findings</th><th scope="col">Reason</th></tr></thead>
<tbody>${answers.map(questionRow)}</tbody></table></div>`;
}

function findingsOf(answers: readonly Answered[], severity: Finding['severity']): Finding[] {
  return answers.flatMap(({ findings }) => findings).filter((one) => one.severity === severity);
}

function findingRow({ name, severity, message, samples, more }: Finding): Html {
  return html`<tr><th scope="row">${name}</th><td>${severity === 'defect' ? state(severity) : severity}</td><td>${message}
<ul class="evidence">${samples.map(({ request, answer }) => html`<li>${request} → ${answer}</li>`)}${more > 0 && html`<li>and ${number(more)} more</li>`}</ul></td></tr>`;
}

function questionRow({ question, state: found, findings, reason }: Answered): Html {
  return html`<tr><th scope="row">${question}</th><td>${state(found)}</td><td class="n">${number(findings.length)}</td><td>${reason ?? ''}</td></tr>`;
}
