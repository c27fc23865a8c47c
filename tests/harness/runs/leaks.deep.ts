import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { placesHolding, textsBelow } from '../reporters/planted.ts';
import { launchService } from '../service/service-process.ts';
import { leaky } from './leaky.ts';
import { run } from './run.ts';

/** A secret with characters that HTML, JSON, Markdown, CSV and URLs escape. */
const secret = 'hunter2 &"<_|\\ü🔑';

test('no file of two runs contains the secret and tokens that a leaky service sends', async ({}, testInfo) => {
  const service = launchService({ JWT_SECRET: secret, LOG_LEVEL: 'error' });
  await using upstream = await leaky(await service.ready, secret);
  const reports = (name: string) => ({
    MEETINGS_SERVICE_URL: upstream.url,
    JWT_SECRET: secret,
    PLAYWRIGHT_HTML_OUTPUT_DIR: testInfo.outputPath(name),
    HISTORY_FOLDER: testInfo.outputPath(`${name}-history`),
  });
  const browsers: Record<string, string> =
    whyNoBrowser() === undefined ? { BROWSER_USERS: '1', BROWSER_TRACE_EVERY: '1' } : {};
  const [load, chaos] = await Promise.all([
    run({ ...reports('load'), ...browsers, TEST_DURATION: '2' }),
    run({ ...reports('chaos'), CHAOS_CYCLES: '10' }, [
      '--project=chaos',
      'rapid-join-leave',
      '--grep=1 at a time',
    ]),
  ]);
  service.process.kill('SIGTERM');
  await service.ended;
  // The service has sent the secret and tokens in errors and in events.
  expect(upstream.sent.errors).toBeGreaterThan(4);
  expect(upstream.sent.events).toBeGreaterThan(8);
  expect(upstream.tokens.size).toBeGreaterThan(6);

  const idOf = (output: string) => /reports\/runs\/(\d{8}-\d{6}-[0-9a-f]{4})\//.exec(output)![1]!;
  const ids = [load, chaos].map(({ output }) => idOf(output));
  const texts = [
    ...textsBelow(...ids.map(runFolder), testInfo.outputDir),
    ...[load, chaos].map(({ output: text }, index) => ({ place: `console ${index}`, text })),
  ];
  const signatures = [...upstream.tokens].map((token) => token.split('.')[2]!);
  expect(placesHolding(texts, secret)).toEqual([]);
  const held = texts.filter(({ text }) => signatures.some((signature) => text.includes(signature)));
  expect(held.map(({ place }) => place)).toEqual([]);

  // The search covers Playwright's HTML page, which contains its results.
  expect(texts.map(({ place }) => place)).toContainEqual(
    expect.stringMatching(/load\/index\.html\/base64-\d+\/.*\.json$/),
  );
  // Every kind of file has `[secret]` in their place.
  const replaced = placesHolding(texts, '[secret]');
  for (const place of [
    /summary\.json$/,
    /slice-\d\.json$/,
    /\/load\/data\//,
    /\/index\.html$/,
    /\.ledger\.ndjson$/,
    /allure-results\/.*\.json$/,
    /blob\/.*\.zip\//,
  ])
    expect(replaced).toContainEqual(expect.stringMatching(place));
});
