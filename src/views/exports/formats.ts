/** Every output format made of the figures of a run: a new one is a file of this folder and a line here. */
export { percentileDistributions } from './percentile-distributions.ts';
export { prometheusText } from './prometheus.ts';
export { timingsCsv } from './timings-csv.ts';
