import { expect, test } from '@playwright/test';
import { Run, survivors } from './run.ts';

const STAYS = 'The dashboard stays open until you close its tab';

/** A run whose dashboard stays, after it has printed so. */
async function kept() {
  const load = new Run({ DASHBOARD_PORT: '0', DASHBOARD_KEEP: '1' });
  await load.prints(STAYS);
  const url = /Live dashboard (http:\/\/127\.0\.0\.1:\d+)/.exec(load.output)![1]!;
  return { load, url };
}

test.describe('the dashboard of a finished run', () => {
  test.setTimeout(120_000);

  test('serves the reports until its tab is closed', async () => {
    const { load, url } = await kept();
    const tab = new AbortController();
    const events = await fetch(`${url}/events`, { signal: tab.signal });
    const first = new TextDecoder().decode((await events.body!.getReader().read()).value);
    for (const path of ['', 'index.html', 'summary.md'])
      expect({ path, status: (await fetch(`${url}/report/${path}`)).status }).toEqual({ path, status: 200 });
    expect((await fetch(`${url}/report/evidence/crowd.json`)).status).toBe(404);
    const processes = load.descendants;
    // The service of the run has ended before.
    expect([...processes.values()].filter((command) => command.includes('service/main.ts'))).toEqual([]);
    tab.abort();
    const { code, summary } = await load.end();
    expect(code).toBe(0);
    expect(summary!.verdict).toBe('passed');
    expect(first).toContain('retry:');
    await expect(fetch(url)).rejects.toThrow();
    expect(survivors(processes)).toEqual([]);
  });

  test('ends at once on Ctrl-C, with the exit code of the run', async () => {
    const { load } = await kept();
    load.interrupt();
    const { code, output } = await load.end();
    expect(code).toBe(0);
    expect(output).not.toContain('The run ends: participants leave');
  });
});
