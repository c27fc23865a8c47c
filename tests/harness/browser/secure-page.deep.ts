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

/** Opens a page that shows in its title what it received from the service. Returns the page and the browser's error. */
async function open(browser: CrowdBrowser, url: string, via?: Via) {
  const page = await (await browser.newContext(proxyTo(via))).newPage();
  const error = await page.goto(`${url}/`).then(
    () => undefined,
    ({ message }: Error) => /net::(\w+)/.exec(message)?.[1] ?? message,
  );
  return { page, error };
}

test('a page reaches a service with a private CA, directly and over the link', async ({
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
    // The host name does not resolve, so all traffic goes over the path.
    const linked = await open(browser, service.url(), await path.viaSocks());
    expect(linked.error).toBeUndefined();
    await expect(linked.page).toHaveTitle('ok, 0');
    const [up, down] = await leastDelays(path);
    expect(up).toBeGreaterThanOrEqual(30);
    expect(down).toBeGreaterThanOrEqual(20);

    // Browsers bypass proxies for a loopback address. Here it takes the path as well.
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

test('trusts only the key of the verified service, and no key under another CA', async ({
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
  // Chromium trusts the key of the service, not the authority behind it.
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

test('passes the service keys to Chromium, and no option without keys', () => {
  const list = ({ args = [] }: { args?: string[] }) => args.filter((arg) => arg.includes('spki-list'));
  expect(list(launchOptions())).toEqual([]);
  expect(list(launchOptions({ serviceKeys: ['a=', 'b='] }))).toEqual([
    '--ignore-certificate-errors-spki-list=a=,b=',
  ]);
});
