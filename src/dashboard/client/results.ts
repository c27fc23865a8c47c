import type { Benchmark, Experiment, Results } from '../frame.ts';
import { byId, element, lines, list, row, say } from './dom.ts';
import { inUnit, latency, number, verdictMarks } from './figures.ts';

/** Experiments and benchmarks, as far as there are any. */
export function showResults({ experiments, benchmarks }: Results): void {
  byId('experiments-section').hidden = experiments.length === 0;
  byId('benchmarks-section').hidden = benchmarks.length === 0;
  list(byId('experiments'), experiments, {
    key: ({ question, title }) => `${question} ${title}`,
    make() {
      const shown = element('li');
      shown.append(element('p'), element('p', { className: 'quiet' }), element('ul', { className: 'plain' }));
      return shown;
    },
    update(shown, experiment) {
      const [title, question, findings] = shown.children;
      shown.dataset.state = experiment.state;
      say(title!, experimentText(experiment));
      say(question!, experiment.question);
      lines(findings as HTMLElement, experiment.findings, ({ check, verdict, says }) => ({
        key: `${check} ${says}`,
        text: `${verdictMarks[verdict as keyof typeof verdictMarks] ?? ''} ${check}: ${says}`,
        state: verdict,
      }));
    },
  });
  list(byId('benchmarks'), benchmarks, {
    key: ({ title }) => title,
    make: () => element('tr'),
    update(shown, benchmark) {
      const { title, calls, failed, p50Ms, p95Ms, p99Ms } = benchmark;
      shown.dataset.state = benchmark.verdict;
      row(shown, [
        title,
        number(calls),
        number(failed),
        latency(p50Ms),
        latency(p95Ms),
        latency(p99Ms),
        benchmarkText(benchmark),
      ]);
    },
  });
}

function experimentText({ title, state, act, seconds }: Experiment): string {
  const more = state === 'running' ? (act ?? 'begins') : seconds === null ? '' : `${seconds.toFixed(1)} s`;
  return `${verdictMarks[state]} ${title}: ${state}${more === '' ? '' : `, ${more}`}`;
}

function benchmarkText({ verdict, targets, remarks }: Benchmark): string {
  const judged = targets.map(
    ({ target, value, unit }) => `${target} (${value === null ? 'no data' : inUnit(value, unit)})`,
  );
  return [`${verdictMarks[verdict]} ${verdict}`, ...judged, ...remarks].join('; ');
}
