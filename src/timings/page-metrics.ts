/** A web vital that the library `web-vitals` measures, by the name that it gives to it. */
export type Vital = 'CLS' | 'FCP' | 'INP' | 'LCP' | 'TTFB';

/** A figure that a page measures on its audio connections. */
export type AudioFigure = 'rtt' | 'jitter' | 'loss';

/** The source of a metric: the browser, the audio connections of the page, or the harness that watches the page. */
type Source = { readonly vital: Vital } | { readonly audio: AudioFigure } | 'watched';

/** The line that shows the median of a metric in a chart of the performance page. */
interface Drawn {
  readonly in: 'pages' | 'vitals' | 'sound';
  readonly label: string;
  readonly colour: `c${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;
}

interface PageMetric {
  /** The name in records, reports, exports and targets. */
  readonly name: string;
  /**
   * A metric in ms is recorded like the duration of an operation. All others are readings: values without a duration.
   */
  readonly unit: 'ms' | '%' | '';
  readonly source: Source;
  /** The label in the line of page metrics; without it, the metric is not in that line. */
  readonly short?: string;
  readonly title?: string;
  readonly chart?: Drawn;
  /** The P75 up to which it is good, and up to which it only needs improvement (web.dev/articles/vitals, 2026). */
  readonly bounds?: { readonly good: number; readonly fair: number };
}

/**
 * What is measured in pages, one row for each metric: everything that records, judges, shows or exports page metrics
 * reads this table.
 */
const table = [
  {
    name: 'page.open',
    unit: 'ms',
    source: 'watched',
    short: 'open',
    chart: { in: 'pages', label: 'opened', colour: 'c8' },
  },
  {
    name: 'page.join',
    unit: 'ms',
    source: 'watched',
    short: 'join',
    chart: { in: 'pages', label: 'joined', colour: 'c1' },
  },
  {
    name: 'page.hand-visible',
    unit: 'ms',
    source: 'watched',
    short: 'hand visible',
    chart: { in: 'pages', label: 'a hand is visible', colour: 'c3' },
  },
  {
    name: 'page.reconnect',
    unit: 'ms',
    source: 'watched',
    short: 'reconnect',
    chart: { in: 'pages', label: 'reconnected', colour: 'c4' },
  },
  { name: 'page.session', unit: 'ms', source: 'watched' },
  {
    name: 'page.ttfb',
    unit: 'ms',
    source: { vital: 'TTFB' },
    short: 'TTFB',
    title: 'time to first byte',
    chart: { in: 'vitals', label: 'first byte', colour: 'c5' },
    bounds: { good: 800, fair: 1800 },
  },
  {
    name: 'page.lcp',
    unit: 'ms',
    source: { vital: 'LCP' },
    short: 'LCP',
    title: 'largest contentful paint',
    chart: { in: 'vitals', label: 'largest paint', colour: 'c1' },
    bounds: { good: 2500, fair: 4000 },
  },
  {
    name: 'page.inp',
    unit: 'ms',
    source: { vital: 'INP' },
    short: 'INP',
    title: 'interaction to next paint',
    chart: { in: 'vitals', label: 'interaction to next paint', colour: 'c6' },
    bounds: { good: 200, fair: 500 },
  },
  {
    name: 'webrtc.rtt',
    unit: 'ms',
    source: { audio: 'rtt' },
    short: 'audio rtt',
    chart: { in: 'sound', label: 'round trip', colour: 'c7' },
  },
  {
    name: 'webrtc.jitter',
    unit: 'ms',
    source: { audio: 'jitter' },
    short: 'audio jitter',
    chart: { in: 'sound', label: 'jitter', colour: 'c4' },
  },
  {
    name: 'page.cls',
    unit: '',
    source: { vital: 'CLS' },
    short: 'CLS',
    title: 'cumulative layout shift',
    bounds: { good: 0.1, fair: 0.25 },
  },
  { name: 'webrtc.loss', unit: '%', source: { audio: 'loss' }, short: 'audio loss' },
] as const satisfies readonly PageMetric[];

export const pageMetrics: readonly PageMetric[] = table;

export type ReadingName = Exclude<(typeof table)[number], { unit: 'ms' }>['name'];

export function pageMetric(name: string): PageMetric | undefined {
  return pageMetrics.find((metric) => metric.name === name);
}

/** Whether this is the name of a metric without a duration. */
export function isReading(name: string | undefined): name is ReadingName {
  return pageMetrics.some((metric) => metric.name === name && metric.unit !== 'ms');
}
