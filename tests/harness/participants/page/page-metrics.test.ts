import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { withoutBrowsers } from '../../../../src/crowd/browser-crowd.ts';
import { unknownOperations } from '../../../../src/crowd/unknown-operations.ts';
import { reasonText } from '../../../../src/history/reason.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import { EventDeliveries } from '../../../../src/participants/event-deliveries.ts';
import type { Observed } from '../../../../src/participants/page/observed.ts';
import { PageClock } from '../../../../src/participants/page/page-clock.ts';
import { PageRecorder } from '../../../../src/participants/page/page-recorder.ts';
import { Readings } from '../../../../src/participants/page/readings.ts';
import { parseTargets, splitTargets } from '../../../../src/targets/parse.ts';
import { isReading, pageMetrics } from '../../../../src/timings/page-metrics.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { publish } from '../../../../src/views/publish.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';
import { test } from '../../reporters/kept-run.ts';
import { record, report } from '../../results/summary/crowd-records.ts';

const VALUE = 0.3;
const SESSIONS = 4;
/** The metrics that the page measures itself; the harness measures the others by watching the page. */
const measured = pageMetrics.filter(({ source }) => source !== 'watched');

/** A slice whose pages measured every metric of the table four times, the same value each time. */
function slice() {
  const clock = new PageClock(new VirtualClock());
  const [timings, readings] = [new Timings(0), new Readings()];
  const recorder = new PageRecorder({
    contract: referenceContract(),
    userId: 'user',
    meetingId: 'a-meeting',
    timings,
    readings,
    clock,
    handsVisible: new EventDeliveries(timings.operation('page.hand-visible'), 5000, new Set()),
    timeoutMs: 10_000,
    announce: () => undefined,
    follower: { traces: false, took: () => undefined, failed: () => undefined },
  });
  const sources = measured.map(({ source }) => source as object);
  const vitals = Object.fromEntries(sources.flatMap((one) => ('vital' in one ? [[one.vital, VALUE]] : [])));
  const audio = Object.fromEntries(sources.flatMap((one) => ('audio' in one ? [[one.audio, VALUE]] : [])));
  for (let session = 1; session <= SESSIONS; session++) {
    const observed: Observed = { now: 0, loadedAt: 0, marks: [], requests: [], vitals };
    recorder.take(observed, undefined);
    recorder.audio(audio, session * 1000);
    recorder.finish(session * 1000);
  }
  const pages = { ...withoutBrowsers(1, null), timings: timings.encode(9000), readings: readings.encode() };
  return report(1, [{}], { browsers: pages });
}

test('records, judges, shows and exports every page metric of the table', async ({ keptRun }) => {
  const targets = measured.map(({ name, unit }) => `${name} p50 < 0.5${unit && ` ${unit}`}`);
  await keptRun.keep(record([slice()], { expected: [1] }), targets.join('; '));
  const { crowds, files } = await publish(keptRun.id);
  const { summary } = crowds[0]!;
  expect(summary.targets.map(({ target, state }) => [target, state])).toEqual(
    targets.map((target) => [target, 'met']),
  );
  expect(summary.browsers!.experience).toEqual(
    Object.fromEntries(
      measured.map(({ name, unit }) => [
        name,
        expect.objectContaining({ unit, count: SESSIONS, p50: VALUE }),
      ]),
    ),
  );
  const [page, prometheus] = ['index.html', 'metrics.prom'].map((name) =>
    readFileSync(files.get(name)!, 'utf8'),
  );
  for (const { name } of measured) {
    expect(page).toContain(`<th scope="row">${name}`);
    expect(prometheus).toContain(isReading(name) ? `metric="${name}"` : `operation="${name}"`);
  }
});

test.describe('a target for a page metric that is not a duration', () => {
  const parsed = (text: string) => parseTargets(splitTargets(text));

  test('a target takes the unit of its page metric', () => {
    const targets = parsed('page.cls p75 < 0.1; webrtc.loss p95 < 2 %; page.cls count >= 3');
    expect(targets.map(({ unit }) => unit)).toEqual(['', '%', '']);
    expect(unknownOperations(targets, referenceContract())).toEqual([]);
  });

  test('a target is missed above its limit, and prints three digits', async ({ keptRun }) => {
    await keptRun.keep(record([slice()], { expected: [1] }), 'page.cls max < 0.295; webrtc.loss p50 > 1 %');
    const { summary } = (await publish(keptRun.id)).crowds[0]!;
    expect(summary.targets.map(({ state, value }) => [state, value])).toEqual([
      ['missed', VALUE],
      ['missed', VALUE],
    ]);
    expect(summary.reasons.map(reasonText).join('\n')).toMatch(/page\.cls max .*0\.3.*0\.295/);
  });

  for (const text of [
    'page.cls error rate < 1 %',
    'page.cls response p95 < 1',
    'worst 5 s page.cls p75 < 1',
    'webrtc.loss throughput > 1 /s',
  ])
    test(`rejects "${text}" and lists the valid figures`, () => {
      expect(() => parsed(text)).toThrow(/Use avg, min, max, count or a percentile such as p75\./);
    });

  test('rejects a time unit for a page metric without a duration', () => {
    expect(() => parsed('page.cls p75 < 100 ms')).toThrow(/counted in plain numbers, not in ms/);
  });
});
