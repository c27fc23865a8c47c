import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { differences } from '../../../src/history/comparability.ts';
import { newRecord } from '../../../src/history/new-record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { resultBlock } from '../../../src/views/console/result-block.ts';
import { markdown } from '../../../src/views/markdown/summary-markdown.ts';
import { factsOfLoad, factsSection } from '../../../src/views/page/sections/facts.ts';
import { fine, record, summaryOf } from '../results/summary/crowd-records.ts';

/** Facts and record of a run of a reference service that was started for it, or of an attached one. */
function runOf(settings: Record<string, string>, run: { startsServiceOn?: number; defects?: string }) {
  const facts = runFacts(readSettings({ MEETINGS_SERVICE_URL: 'http://127.0.0.1:3002', ...settings }), {
    id: 'run',
    workers: 1,
    shard: { index: 1, of: 1 },
    ...run,
  });
  return newRecord({ kind: 'load', name: 'crowd', at: new Date(0), facts });
}

test.describe('a run against seeded defects', () => {
  const started = { startsServiceOn: 3002 };
  const healthy = runOf({}, started);
  const seeded = runOf({ SERVICE_DEFECTS: 'event-lost=2' }, started);

  test('names the seeded defects in the history, and is not comparable with healthy runs', () => {
    expect(healthy.service).toBe('reference');
    expect(seeded.service).toBe('reference (seeded defects: event-lost=2)');
    expect(differences(seeded, healthy)).toEqual([
      'service: reference (seeded defects: event-lost=2) against reference',
    ]);
    expect(differences(seeded, runOf({ SERVICE_DEFECTS: 'event-lost=2' }, started))).toEqual([]);
  });

  test('names the defects that an attached service reports, not those of the settings', () => {
    expect(runOf({}, { defects: 'ghosts' }).service).toBe('http://127.0.0.1:3002 (seeded defects: ghosts)');
    expect(runOf({ SERVICE_DEFECTS: 'ghosts' }, {}).service).toBe('http://127.0.0.1:3002');
  });

  test('marks the seeded defects in the result', () => {
    const summary = summaryOf(record(fine()));
    const marked = { ...summary, service: { ...summary.service, defects: 'event-lost=2' } };
    const text = 'SEEDED DEFECTS: event-lost=2. This run is compared with runs of the same defects only.';
    for (const report of [
      (one: typeof summary) => resultBlock(one).join(' ').replace(/ +/g, ' '),
      markdown,
    ]) {
      expect(report(marked)).toContain(text);
      expect(report(summary)).not.toContain('SEEDED');
    }
    expect(factsSection(factsOfLoad(marked)).markup).toContain('seeded defects: event-lost=2');
    expect(factsSection(factsOfLoad(summary)).markup).not.toContain('seeded');
  });
});
