import { expect, test } from '@playwright/test';
import { run } from './run.ts';

test.describe('the service figures of a load run', () => {
  test('a load run omits service figures with a reason if two processes answer /metrics', async () => {
    const { output, summary } = await run({ SERVICE_DEFECTS: 'metrics-of-two' });
    const note = 'Service figures are left out: /metrics is answered by 2 processes.';
    expect(summary!.serviceNotes).toEqual([note]);
    expect(Object.values(summary!.operations).filter(({ server }) => server !== null)).toEqual([]);
    expect(summary!.series.service).toBeNull();
    expect(output).toContain(note);
  });

  test('a load run shows the limit of a first bucket of 50 ms instead of an estimate', async () => {
    const { output, summary } = await run({ SERVICE_STYLE: 'deployed', BROWSER_USERS: '0', VERBOSE: '1' });
    expect(summary!.serviceNotes).toEqual([]);
    const { server } = summary!.operations['meeting.get']!;
    // On a busy machine, answers may take longer than the first bucket. The figure is then an estimate.
    if (server!.p95Outside !== null) {
      expect(server).toMatchObject({ p95Ms: null, p95Outside: { side: 'below', ms: 50 } });
      expect(output).toMatch(/meeting\.get.*< 50 ms/);
    } else expect(server!.p95Ms).toBeGreaterThan(50);
  });
});
