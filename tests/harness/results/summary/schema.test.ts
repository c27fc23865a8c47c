import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { summaryJsonSchema, summarySchema } from '../../../../src/results/summary/schema.ts';
import { fine, record, report, summaryOf } from './crowd-records.ts';

const documented = () =>
  readFileSync(fileURLToPath(new URL('../../../../docs/summary.schema.json', import.meta.url)), 'utf8');

test.describe('summary.json', () => {
  const made = [
    summaryOf(record(fine())),
    summaryOf(
      record([report(1, [{ outcome: 'timeout', count: 3 }])], {
        lost: [2],
        stopped: { reason: 'interrupted', isInterrupted: true },
      }),
    ),
    summaryOf(record([], { startedAt: null }), ''),
  ];

  test('matches its schema before and after JSON serialisation', () => {
    for (const summary of made) {
      expect(summarySchema.parse(summary)).toEqual(summary);
      expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(
        JSON.parse(JSON.stringify(summary)),
      );
    }
  });

  test('is described in docs/summary.schema.json by the schema of the code', () => {
    const expected = JSON.parse(JSON.stringify(summaryJsonSchema()));
    const hint = `docs/summary.schema.json has to hold:\n${JSON.stringify(expected, null, 2)}`;
    expect(JSON.parse(documented()), hint).toEqual(expected);
  });

  test('matches docs/summary.schema.json, which rejects invalid summaries', () => {
    const fromFile = z.fromJSONSchema(JSON.parse(documented()));
    for (const summary of made)
      expect(fromFile.safeParse(JSON.parse(JSON.stringify(summary))).error).toBeUndefined();
    const broken: [string, object][] = [
      ['an unknown verdict', { verdict: 'maybe' }],
      ['another version', { schema: 'fullhouse/summary/1' }],
      ['a count that is none', { users: { asked: -1, reached: 0 } }],
      ['no totals', { totals: undefined }],
    ];
    for (const [name, change] of broken) {
      const summary = JSON.parse(JSON.stringify({ ...made[0], ...change }));
      expect(fromFile.safeParse(summary).success, name).toBe(false);
      expect(summarySchema.safeParse(summary).success, name).toBe(false);
    }
  });

  test('holds the settings without secrets', () => {
    const summary = summaryOf(record(fine()));
    expect(summary.settings).toMatchObject({ CONCURRENT_USERS: 6, SEED: 42 });
    expect(summary.settings).not.toHaveProperty('JWT_SECRET');
    expect(JSON.stringify(summary)).not.toContain('hunter2');
    expect(summary).toMatchObject({
      seed: 42,
      service: { url: 'http://127.0.0.1:3002', startedForTheRun: false },
    });
    expect(summary.versions).toMatchObject({ node: process.versions.node });
  });
});
