import { expect, test } from '@playwright/test';
import { proxyTo } from '../../../src/kernel/reach.ts';
import { addedAuthorities, certificatesIn, serviceTls, trustAuthorities } from '../../../src/kernel/trust.ts';
import { newAuthority } from '../request-context/certificates.ts';

test.afterEach(() => trustAuthorities(undefined));

test('adds nothing to the defaults of Node without an authority', () => {
  expect([addedAuthorities(), serviceTls()]).toEqual([undefined, {}]);
});

test('builds one secure context for all connections, and a new one when the authorities change', async () => {
  const [one, other] = [await newAuthority('one'), await newAuthority('other')];
  trustAuthorities(one.pem);
  const { secureContext } = serviceTls();
  expect(secureContext).toBeDefined();
  trustAuthorities(one.pem);
  expect(serviceTls().secureContext).toBe(secureContext);
  trustAuthorities(other.pem);
  expect(serviceTls().secureContext).not.toBe(secureContext);
  expect(addedAuthorities()).toBe(other.pem);
});

test('finds all certificates in a PEM text, and names one that is damaged', async () => {
  const authority = await newAuthority('one');
  const { cert, key } = await authority.certificate(['meet.test']);
  const found = certificatesIn(`# comment\n${key}\n${cert}\r\nmore\n${authority.pem}`);
  expect(found.map((one) => one.trim())).toEqual([cert.trim(), authority.pem.trim()]);
  expect(found.join('')).not.toContain('PRIVATE KEY');
  expect(certificatesIn(key)).toEqual([]);
  const damaged = authority.pem.replace(/\n[\w+/]{10}/, '\nAAAAAAAAAA');
  expect(() => certificatesIn(cert + damaged)).toThrow('certificate 2 cannot be read');
});

test('refuses a path without a SOCKS5 listener for a client that needs a proxy', () => {
  expect(proxyTo(undefined)).toEqual({});
  const via = { host: '127.0.0.1', port: 1 };
  expect(proxyTo({ ...via, socks: 'socks5://127.0.0.1:2' })).toEqual({
    proxy: { server: 'socks5://127.0.0.1:2' },
  });
  expect(() => proxyTo(via)).toThrow('no SOCKS5 listener leads to 127.0.0.1:1');
});
