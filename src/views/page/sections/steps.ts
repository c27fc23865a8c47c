import type { Journal } from '../../../experiments/journal.ts';
import { type Html, html } from '../html.ts';
import { state } from './icons.ts';

const WIDTH = 360;

interface Step {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly kind: 'action' | 'probe' | 'fault';
  readonly note?: string | undefined;
}

/** The steps and faults of an experiment in time; all bars have one scale. */
export function stepsTable(journal: Journal): Html {
  const { steady_states: states, run, rollbacks, fullhouse } = journal;
  const steps: Step[] = [
    ...steadyState('the steady state holds', states.before),
    ...run.map(activityStep),
    ...steadyState('the steady state holds again', states.after),
    ...rollbacks.map(activityStep),
    ...(fullhouse.faults ?? []).map((fault) => ({ ...fault, kind: 'fault' as const })),
  ].sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
  return html`<table class="steps"><caption>Course</caption><thead><tr><th scope="col">Step</th><th scope="col" class="n">At</th><th scope="col" class="n">Took</th><th scope="col" aria-hidden="true"></th></tr></thead>
<tbody>${steps.map((step) => row(step, journal))}</tbody></table>`;
}

function row({ name, start, end, kind, note }: Step, journal: Journal): Html {
  const at = (Date.parse(start) - Date.parse(journal.start)) / 1000;
  const took = (Date.parse(end) - Date.parse(start)) / 1000;
  const scale = WIDTH / Math.max(journal.duration, 0.001);
  const left = Math.min(WIDTH - 2, Math.max(0, at * scale));
  const width = Math.max(2, Math.min(WIDTH - left, took * scale));
  return html`<tr><th scope="row">${kind === 'fault' && html`${state('fault')} `}${name}${note !== undefined && html`<small>${note}</small>`}</th>
<td class="n">${at.toFixed(1)} s</td><td class="n">${took.toFixed(took < 10 ? 2 : 1)} s</td>
<td class="bar"><svg class="course ${kind}" viewBox="0 0 ${WIDTH} 10" width="${WIDTH}" height="10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="${WIDTH}" height="10"/><rect class="span" x="${left.toFixed(1)}" width="${width.toFixed(1)}" height="10" rx="1"/></svg></td></tr>`;
}

/** The last round of all probes. */
function steadyState(name: string, asked: Journal['steady_states']['before']): Step[] {
  const [first, last] = [asked?.probes[0], asked?.probes.at(-1)];
  if (!asked || !first || !last) return [];
  const note = asked.steady_state_met ? undefined : 'not met';
  return [{ name, start: first.start, end: last.end, kind: 'probe', note }];
}

function activityStep({ activity, start, end, exception }: Journal['run'][number]): Step {
  return { name: activity.name, start, end, kind: activity.type, note: exception };
}
