/** Every output format of a run's figures. A new format is a file in this folder and a line here. */
export { exemplarsIndex } from './exemplars-index.ts';
export { percentileDistributions } from './percentile-distributions.ts';
export { prometheusText } from './prometheus.ts';
export { timingsCsv } from './timings-csv.ts';
