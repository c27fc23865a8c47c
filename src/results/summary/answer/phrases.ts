import { clock, counted, inUnit, number } from '../../../kernel/figures.ts';
import { latenciesFor, read } from '../../../targets/reading.ts';
import { statisticText, type Target } from '../../../targets/target.ts';
import { failureName, failuresOf } from '../../../timings/failure-causes.ts';
import type { MergedOperation } from '../../../timings/merged-timings.ts';
import type { Summary } from '../schema.ts';
import type { Measure } from './measure.ts';
import type { Culprit } from './parts.ts';
import { latencyLabel, slowest } from './slowest.ts';
import type { Span } from './when.ts';

/** `, since 0:34`, `, from 0:34 to 0:39`, `; no call ended between 0:34 and 0:39`. */
export function timePhrase({ fromS, toS, isOpen, silence }: Span): string {
  if (silence) return `; no call ended between ${clock(silence.fromS)} and ${clock(silence.toS)}`;
  return isOpen ? `, since ${clock(fromS)}` : `, from ${clock(fromS)} to ${clock(toS)}`;
}

const verbs = { slow: 'is slow', failed: 'has failures', events: 'misses events' } as const;

/** `only meeting.join is slow (P95 1900 ms, all others 80.0 ms)` */
export function culpritPhrase(
  { kind, of }: Measure,
  target: Target,
  { name, isHost, part, rest }: Culprit,
): string {
  const figure = (one: MergedOperation) => {
    if (kind === 'slow') return latencyText(target, one);
    const { bad, calls } = of(one);
    return `${number(bad)} of ${counted(calls, kind === 'events' ? 'event' : 'call')}`;
  };
  const verb = kind === 'slow' && isHost ? 'gets slow answers' : verbs[kind];
  const label = kind === 'slow' ? `${labelOf(target)} ` : '';
  return `only ${name} ${verb} (${label}${figure(part)}, all others ${figure(rest)})`;
}

/** With too few samples for the statistic, the maximum. */
function latencyText(target: Target, one: MergedOperation): string {
  const reading = read(target.statistic, one.outcomes, latenciesFor(target.statistic, one), 1);
  return 'value' in reading ? inUnit(reading.value, 'ms') : `at most ${inUnit(one.ok.maxMs, 'ms')}`;
}

const labels: Readonly<Record<string, string>> = { avg: 'average', max: 'maximum' };

function labelOf({ statistic }: Target): string {
  const text = statisticText(statistic);
  return labels[text] ?? text.replace(/\bp(?=\d)/, 'P');
}

/** Operations that a sentence names at most. */
const MOST_NAMES = 3;

/** `slowest: meeting.join (P95 1900 ms)`; several operations if each of them alone misses the limit. */
export function slowestPhrase(target: Target, { operations }: Pick<Summary, 'operations'>): string[] {
  const { by, all } = slowest(operations, statisticText(target.statistic));
  if (all.length < 2) return [];
  const slow = all.filter(({ ms }) => ms >= target.limit);
  const isEach = slow.length === all.length && all.length > 2;
  const shown = slow.length > 1 && !isEach ? slow.slice(0, MOST_NAMES) : all.slice(0, 1);
  const names = shown.map(({ operation, ms }) => `${operation} (${latencyLabel(by)} ${inUnit(ms, 'ms')})`);
  return [`${isEach ? 'every operation is slow, ' : ''}slowest: ${names.join(', ')}`];
}

const MOST_OF_THEM = 0.8;

/** `24 of 25 failures: meeting.leave 500 "Deadlock found"`. */
export function failurePhrase(
  { kind, outcome, operation }: Omit<Measure, 'of'>,
  { operations }: Pick<Summary, 'operations'>,
): string[] {
  const shown = Object.entries(operations)
    .filter(([name, { kind }]) => (operation === undefined ? kind === 'action' : name === operation))
    .map(([name, { causes }]) => {
      const own = causes.filter((cause) => outcome === undefined || cause.outcome === outcome);
      return [name, { causes: own }] as const;
    });
  const failures = failuresOf(Object.fromEntries(shown));
  const total = failures.reduce((sum, { count }) => sum + count, 0);
  const [first] = failures;
  if (first === undefined) return [];
  // The name of the operation of room events says nothing more.
  const name = kind === 'events' ? first.cause : failureName(first);
  const what = kind === 'events' ? `${outcome} events` : 'failures';
  const isMost = first.count >= MOST_OF_THEM * total;
  if (!isMost)
    return [
      `most frequent of ${number(failures.length)} kinds: ${name} (${number(first.count)} of ${number(total)})`,
    ];
  return [
    first.count === total
      ? `all ${number(total)} ${what}: ${name}`
      : `${number(first.count)} of ${number(total)} ${what}: ${name}`,
  ];
}
