import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { newAuthority } from '../request-context/certificates.ts';
import { launchService } from '../service/service-process.ts';
import { type PassingOn, passingOn } from './passing-on.ts';
import { type Outcome, run } from './run.ts';

interface Visit {
  readonly outcome: Outcome;
  readonly service: PassingOn;
  /** The Host headers of all calls. */
  readonly hosts: ReadonlySet<string | undefined>;
}

/** A run on the reference service with TLS below `base`. `trusts`: SERVICE_CA names the right authority. */
async function visit(
  settings: Record<string, string>,
  { base = '', trusts = true }: { base?: string; trusts?: boolean },
  file: string,
): Promise<Visit> {
  const authority = await newAuthority('authority of a run');
  await writeFile(file, trusts ? authority.pem : (await newAuthority('another one')).pem);
  const upstream = launchService({ JWT_SECRET: 'change-me', LOG_LEVEL: 'warn' });
  const hosts = new Set<string | undefined>();
  try {
    await using service = await passingOn(await upstream.ready, {
      certificate: await authority.certificate(['localhost']),
      base,
      answers({ headers }) {
        hosts.add(headers.host);
        return false;
      },
    });
    const outcome = await run({ MEETINGS_SERVICE_URL: service.url, SERVICE_CA: file, ...settings });
    return { outcome, service, hosts };
  } finally {
    upstream.process.kill('SIGTERM');
    await upstream.ended;
  }
}

function everySession({ started, completed }: { started: number; completed: number }): void {
  expect(started).toBeGreaterThan(0);
  expect(completed).toBe(started);
}

test.describe('a load run on a service with TLS and a private authority', () => {
  test('completes every session over a 4g link, with browser participants', async ({}, testInfo) => {
    test.skip(whyNoBrowser() !== undefined, whyNoBrowser());
    const { outcome, service, hosts } = await visit(
      { NETWORK_PROFILE: '4g', BROWSER_USERS: '1' },
      {},
      testInfo.outputPath('ca.pem'),
    );
    const { summary, output } = outcome;
    expect(summary, output).toBeDefined();
    everySession(summary!.sessions);
    expect(summary!.browsers).toMatchObject({ requested: 1, peak: 1 });
    everySession(summary!.browsers!.sessions);
    expect(summary!.operations['meeting.join']!.latency!.minMs).toBeGreaterThanOrEqual(80);
    expect([...hosts]).toEqual([new URL(service.url).host]);
  });

  test('completes every session below a base path, with Playwright’s request context', async ({}, testInfo) => {
    const { outcome, service, hosts } = await visit(
      { NETWORK_PROFILE: '4g', REQUEST_CONTEXT: 'playwright' },
      { base: '/meet' },
      testInfo.outputPath('ca.pem'),
    );
    const { summary, output } = outcome;
    expect(summary, output).toBeDefined();
    everySession(summary!.sessions);
    expect(output).toContain(`Service  ${service.url}`);
    expect([...hosts]).toEqual([new URL(service.url).host]);
  });

  test('starts no load if SERVICE_CA names another authority', async ({}, testInfo) => {
    const { outcome, hosts } = await visit(
      {},
      { base: '/meet', trusts: false },
      testInfo.outputPath('ca.pem'),
    );
    expect(outcome.code).toBe(1);
    expect(outcome.output).toMatch(
      /No meetings service at https:.* certificate of an unknown authority \(add yours to SERVICE_CA/,
    );
    expect(outcome.summary).toBeUndefined();
    expect([...hosts]).toEqual([]);
  });
});
