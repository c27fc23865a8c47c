import { CrowdBrowser } from '../../../src/browser/crowd-browser.ts';
import { launchOptions, whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { verifiedServiceKeys } from '../../../src/browser/service-keys.ts';
import { proxyTo, type Via } from '../../../src/kernel/reach.ts';
import { trustServiceKeys } from '../../../src/kernel/trust.ts';
import { expect, LATENCY, leastDelays, test } from '../request-context/secure-fixture.ts';
import { BASE, NAME, secureService } from '../request-context/secure-service.ts';

test.beforeEach(() => {
  const missing = whyNoBrowser();
  test.skip(missing !== undefined, missing);
});

/** A page, which shows in its title what it heard of the service, or the browser's own error. */
async function open(browser: CrowdBrowser, url: string, via?: Via) {
  const page = await (await browser.newContext(proxyTo(via))).newPage();
  const error = await page.goto(`${url}/`).then(
    () => undefined,
    ({ message }: Error) => /net::(\w+)/.exec(message)?.[1] ?? message,
  );
  return { page, error };
}

test('a page reaches a service with a private authority, directly and over a path of the link', async ({
  service,
  path,
  authority,
  trust,
}) => {
  trust(authority);
  trustServiceKeys(await verifiedServiceKeys([service.url('localhost')]));
  const browser = await CrowdBrowser.launch();
  try {
    const direct = await open(browser, service.url('localhost'));
    expect(direct.error).toBeUndefined();
    await expect(direct.page).toHaveTitle('ok, 0');

    await path.inflict({ kind: 'impaired', ...LATENCY });
    // Its name leads nowhere, so that what arrives came over the path.
    const linked = await open(browser, service.url(), await path.viaSocks());
    expect(linked.error).toBeUndefined();
    await expect(linked.page).toHaveTitle('ok, 0');
    const [up, down] = await leastDelays(path);
    expect(up).toBeGreaterThanOrEqual(30);
    expect(down).toBeGreaterThanOrEqual(20);

    // A loopback address, which browsers keep from proxies, takes the path as well.
    await path.stats({ startOver: true });
    const loopback = await open(browser, service.url('localhost'), await path.viaSocks());
    await expect(loopback.page).toHaveTitle('ok, 0');
    expect((await path.stats()).connections.opened).toBeGreaterThan(0);

    expect(await path.reset()).toBeGreaterThan(0);
    await expect(linked.page).toHaveTitle('socket closed');
    await expect(loopback.page).toHaveTitle('socket closed');
    await expect(direct.page).toHaveTitle('ok, 0');

    const paths = [`${BASE}/`, `${BASE}/health`, `${BASE}/socket.io/`];
    for (const name of [NAME, 'localhost']) {
      const host = `${name}:${service.port}`;
      for (const one of paths) expect(service.seen).toContainEqual({ sni: name, host, path: one });
    }
    const names = service.seen.map(({ sni, host }) => `${sni} ${host}`);
    expect(new Set(names).size).toBe(2);
  } finally {
    await browser.close();
  }
});

test('another authority trusts nothing, and another service is refused as before', async ({
  service,
  path,
  authority,
  stranger,
  trust,
}) => {
  const urls = [service.url('localhost'), 'http://localhost:1'];
  expect(await verifiedServiceKeys(urls)).toEqual([]); // no authority was named
  trust(stranger);
  expect(await verifiedServiceKeys(urls)).toEqual([]);
  // Its own key is trusted, and not the authority behind it.
  await using other = await secureService(authority);
  trust(authority);
  const keys = await verifiedServiceKeys([other.url('localhost')]);
  expect(keys).toHaveLength(1);
  trustServiceKeys(keys);
  const browser = await CrowdBrowser.launch();
  try {
    const refused = 'ERR_CERT_AUTHORITY_INVALID';
    expect((await open(browser, service.url('localhost'))).error).toBe(refused);
    expect((await open(browser, service.url(), await path.viaSocks())).error).toBe(refused);
    expect((await open(browser, other.url('localhost'))).error).toBeUndefined();
  } finally {
    await browser.close();
  }
  expect(service.seen).toEqual([]);
});

test('Chromium gets the keys of the service, and nothing without a key', () => {
  const list = ({ args = [] }: { args?: string[] }) => args.filter((arg) => arg.includes('spki-list'));
  expect(list(launchOptions())).toEqual([]);
  expect(list(launchOptions({ serviceKeys: ['a=', 'b='] }))).toEqual([
    '--ignore-certificate-errors-spki-list=a=,b=',
  ]);
});
