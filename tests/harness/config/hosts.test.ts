import { expect, test } from '@playwright/test';
import { addressesOf, readSettings } from '../../../src/config/read-settings.ts';

const addresses = ['MEETINGS_SERVICE_URL', 'WEBSOCKET_URL'] as const;

test.describe('addresses of the service', () => {
  const allowed: [string, string, string?][] = [
    ['http://localhost:3002', 'http://localhost:3002'],
    ['http://LOCALHOST:3002/', 'http://localhost:3002'],
    ['https://127.0.0.1', 'https://127.0.0.1'],
    ['http://127.255.255.254:1', 'http://127.255.255.254:1'],
    ['http://127.1:3002', 'http://127.0.0.1:3002'], // another notation of the same address
    ['http://0x7f000001', 'http://127.0.0.1'],
    ['http://[::1]:3002', 'http://[::1]:3002'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
    ['http://localhost:3002/meet', 'http://localhost:3002/meet'],
    ['https://localhost/meet/v2/', 'https://localhost/meet/v2'],
    ['https://staging.example.com', 'https://staging.example.com', 'staging.example.com'],
    ['https://Staging.Example.com', 'https://staging.example.com', 'other.host, STAGING.example.com ,'],
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080', '10.0.0.7'],
    ['http://[fd00::1]:8080', 'http://[fd00::1]:8080', '[fd00::1]'],
  ];
  for (const [address, read, ALLOW_REMOTE] of allowed) {
    test(`accept ${address}${ALLOW_REMOTE ? ` with ALLOW_REMOTE=${ALLOW_REMOTE}` : ''}`, () => {
      for (const name of addresses) expect(readSettings({ [name]: address, ALLOW_REMOTE })[name]).toBe(read);
    });
  }
});

test.describe('addresses of hosts that are not on this machine', () => {
  const refused: [string, string, string?][] = [
    ['http://127.0.0.1.evil.com', '127.0.0.1.evil.com'],
    ['http://localhost.evil.com', 'localhost.evil.com'],
    ['http://evil-localhost', 'evil-localhost'],
    ['http://mylocalhost:3002', 'mylocalhost'],
    ['http://128.0.0.1', '128.0.0.1'],
    ['http://0.0.0.0:3002', '0.0.0.0'],
    ['http://192.168.0.1', '192.168.0.1'],
    ['http://[::2]', '[::2]'],
    ['http://[::ffff:10.0.0.1]', '[::ffff:a00:1]'],
    ['https://staging.example.com', 'staging.example.com', 'example.com'],
    ['https://sub.staging.example.com', 'sub.staging.example.com', 'staging.example.com'],
    ['https://staging.example.com', 'staging.example.com', '*'],
  ];
  for (const [address, host, ALLOW_REMOTE] of refused)
    test(`refuse ${address}${ALLOW_REMOTE ? ` with ALLOW_REMOTE=${ALLOW_REMOTE}` : ''}`, () => {
      for (const name of addresses) {
        const remedy = `set ALLOW_REMOTE=${host}.`;
        expect(() => readSettings({ [name]: address, ALLOW_REMOTE })).toThrow(
          `${name}: host "${host}" is not on this machine`,
        );
        expect(() => readSettings({ [name]: address, ALLOW_REMOTE })).toThrow(remedy);
      }
    });
});

test.describe('addresses that no client could use', () => {
  const refused = [
    'localhost:3002',
    'ws://localhost:3002',
    'file:///etc/passwd',
    '//localhost',
    'http://',
    'http://localhost:99999',
    'http://localhost:3002/base?x=1',
    'http://localhost:3002?x=1',
    'http://localhost:3002/#x',
    'http://user@localhost:3002',
    'http://user:pass@localhost:3002',
    'http://127.0.0.1:pass@evil.com',
  ];
  for (const address of refused) {
    test(`refuse ${address}`, () => {
      for (const name of addresses) {
        expect(() => readSettings({ [name]: address, ALLOW_REMOTE: 'evil.com' })).toThrow(
          /is not allowed. Use an http or https address of host, port and path, like http:\/\/localhost:3002 or https:\/\/host\/meet.$/,
        );
      }
    });
  }
});

test.describe('addresses in a contract', () => {
  const none = { MEETINGS_SERVICE_URL: undefined, WEBSOCKET_URL: undefined, ALLOW_REMOTE: [] };
  const of = (url: string, settings: Partial<typeof none> | object = {}) =>
    addressesOf({ url, socketUrl: undefined }, 'c.yaml', { ...none, ...settings });

  test('are used when no setting replaces them', () => {
    expect(of('http://127.0.0.1:4000/meet')).toEqual({ MEETINGS_SERVICE_URL: 'http://127.0.0.1:4000/meet' });
    expect(of('http://127.0.0.1:4000', { MEETINGS_SERVICE_URL: 'http://127.0.0.1:5000' })).toEqual({});
  });

  test('are refused with their place in the contract', () => {
    expect(() => of('http://example.com')).toThrow(
      /^c\.yaml: service\.url: host "example\.com" .*ALLOW_REMOTE=example\.com/,
    );
    expect(() => of('127.0.0.1:4000')).toThrow(
      /^c\.yaml: service\.url: "127\.0\.0\.1:4000" is not allowed\. Use an http/,
    );
    expect(of('http://example.com', { ALLOW_REMOTE: ['example.com'] })).toEqual({
      MEETINGS_SERVICE_URL: 'http://example.com',
    });
  });
});
