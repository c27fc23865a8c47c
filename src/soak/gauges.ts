import { printable } from '../kernel/outside-text.ts';
import { isMemory } from './metric.ts';

/** More series than this are not recorded: each one is in all samples. */
const MOST_SERIES = 300;

/** A family with more series than this is recorded as its sum: its labels are ids of rooms or users. */
const MOST_OF_A_FAMILY = 12;

const LONGEST_LABEL = 60;
const LONGEST_NAME = 160;

/** Types of OpenMetrics and Prometheus whose values may fall; a metric without a type may be a gauge. */
const GAUGES = new Set(['gauge', 'untyped', 'unknown']);

/** A label's value may contain any text, also braces and escaped quotes. */
const SAMPLE = /^([a-z][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]+(\S+)/i;

/** Without a type, these suffixes belong to counters, histograms and summaries. */
const NO_GAUGE = /_(?:total|bucket|count|sum|created)$/;

/** Facts about the process, times, shares and speeds: they have no place of rest to return to. */
const IGNORED =
  /(?:_info|version|build|timestamp|_time|start_time\w*|(?:milli|micro|nano)?seconds|_ms|minutes|hours|days|ratio|percent|percentage|celsius|volts|utilization|usage|load\d*|rate|per_second|_age)$/i;

/** Sizes that are reserved or allowed, and parts of the heap: the memory in use is measured by other metrics. */
const RESERVED =
  /virtual|heap_(?:size_total|space)|_(?:max|limit|total|available|free|committed|init|capacity|sys|released|idle|quota)_(?:\w+_)?bytes|_bytes_?(?:max|limit|total)|next_gc|(?:max|limit)_(?:memory|heap)|memory_(?:limit|max)/i;

const MAXIMUM = /(?:_|^)(?:max|limit|maximum|capacity)(?:_|$)/i;

/** The limit of `process_open_fds`: recorded for a forecast, and never judged. */
export const MOST_DESCRIPTORS = 'process_max_fds';

/**
 * The gauges that a soak watches, from a text in the format of Prometheus or OpenMetrics: counts and bytes, by name and
 * labels (`nodejs_active_resources{type="Timeout"}`). The text comes from a foreign service: names and labels have no
 * control characters and are short, and there are at most 300.
 */
export function gaugesIn(text: string): Record<string, number> {
  const types = typesIn(text);
  const families = new Map<string, Map<string, number>>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', written] = SAMPLE.exec(line) ?? [];
    if (name === undefined || !isWatched(name, labels, types.get(name))) continue;
    const value = Number(written);
    if (!Number.isFinite(value)) continue;
    const family = families.get(name) ?? new Map<string, number>();
    families.set(name, family.set(seriesName(name, labels), value));
  }
  const series = [...families].flatMap(([name, family]): [string, number][] =>
    family.size <= MOST_OF_A_FAMILY
      ? [...family]
      : [[name, [...family.values()].reduce((sum, value) => sum + value, 0)]],
  );
  return Object.fromEntries(series.slice(0, MOST_SERIES));
}

function typesIn(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^#[ \t]+TYPE[ \t]+(\S+)[ \t]+(\w+)/gm)].map(([, name, type]) => [
      name!,
      type!.toLowerCase(),
    ]),
  );
}

function isWatched(name: string, labels: string, type: string | undefined): boolean {
  if (name === MOST_DESCRIPTORS) return true;
  if (type === undefined ? NO_GAUGE.test(name) : !GAUGES.has(type)) return false;
  if (/(?:^|,)\s*(?:quantile|le)=/.test(labels) || name.length > LONGEST_NAME) return false;
  if (isMemory(name)) return !RESERVED.test(name);
  return !IGNORED.test(name) && !MAXIMUM.test(name);
}

/** `name{label="value"}`, with the labels in the order of the service. */
function seriesName(name: string, labels: string): string {
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, label, value]) => `${label}="${shortened(value!)}"`,
  );
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`.slice(0, 2 * LONGEST_NAME);
}

function shortened(value: string): string {
  const text = printable(value);
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL)}…` : text;
}
