import { expect, test } from '@playwright/test';
import { run } from './run.ts';

test.describe('What does a load run show of a service’s own figures?', () => {
  test('two processes answer /metrics: no figures, with the reason', async () => {
    const { output, summary } = await run({ SERVICE_DEFECTS: 'metrics-of-two' });
    const note = 'Service figures are left out: /metrics is answered by 2 processes.';
    expect(summary!.serviceNotes).toEqual([note]);
    expect(Object.values(summary!.operations).filter(({ server }) => server !== null)).toEqual([]);
    expect(summary!.series.service).toBeNull();
    expect(output).toContain(note);
  });

  test('a first bucket of 50 ms: its bound, and no estimate', async () => {
    const { output, summary } = await run({ SERVICE_STYLE: 'deployed', BROWSER_USERS: '0' });
    expect(summary!.serviceNotes).toEqual([]);
    const { server } = summary!.operations['meeting.get']!;
    // On a busy machine an answer may take longer: then there is an estimate.
    if (server!.p95Outside !== null) {
      expect(server).toMatchObject({ p95Ms: null, p95Outside: { side: 'below', ms: 50 } });
      expect(output).toMatch(/meeting\.get.*< 50 ms/);
    } else expect(server!.p95Ms).toBeGreaterThan(50);
  });
});
