import { number } from '../../kernel/figures.ts';
import { byId, element, list, row, setText } from '../../look/client/dom.ts';
import type { Benchmark, Experiment, Results } from '../frame.ts';
import { percentiles, reachedText } from './figures.ts';
import { mark, marked } from './mark.ts';

/** Shows the experiments and benchmarks of the run. */
export function showResults({ experiments, benchmarks }: Results): void {
  byId('experiments-section').hidden = experiments.length === 0;
  byId('benchmarks-section').hidden = benchmarks.length === 0;
  list(byId('experiments'), experiments, {
    key: ({ question, title }) => `${question} ${title}`,
    make({ question, title }) {
      const shown = element('li');
      const head = element('p');
      head.append(marked('running'), element('b', { text: title }), element('span', { className: 'quiet' }));
      shown.append(head, element('p', { className: 'quiet', text: question }));
      shown.append(element('ul', { className: 'plain' }));
      return shown;
    },
    update(shown, experiment) {
      const [head, , findings] = shown.children;
      const [word, , more] = head!.children;
      mark(word as HTMLElement, experiment.state);
      setText(more!, moreOf(experiment));
      list(findings as HTMLElement, experiment.findings, {
        key: ({ check, verdict, message }) => `${check} ${verdict} ${message}`,
        make({ check, verdict, message }) {
          const line = element('li');
          line.append(marked(verdict), element('span', { text: `${check}: ${message}` }));
          return line;
        },
        update: () => undefined,
      });
    },
  });
  list(byId('benchmarks'), benchmarks, {
    key: ({ title }) => title,
    make: () => element('tr'),
    update(shown, benchmark) {
      const { title, calls, failed, verdict } = benchmark;
      shown.dataset.state = verdict === 'failed' ? 'failed' : 'neutral';
      row(shown, [title, number(calls), number(failed), ...percentiles(benchmark), benchmarkText(benchmark)]);
    },
  });
}

function moreOf({ state, act, seconds }: Experiment): string {
  if (state === 'running') return act ?? 'begins';
  return seconds === null ? '' : `${seconds.toFixed(1)} s`;
}

function benchmarkText({ verdict, targets, remarks }: Benchmark): string {
  const judged = targets.map((target) => `${target.target}: ${reachedText(target)}`);
  return [verdict, ...judged, ...remarks].join('; ');
}
