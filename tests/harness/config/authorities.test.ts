import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { handOnAuthorities, loadSettings } from '../../../src/config/environment.ts';
import { publicSettings } from '../../../src/config/public-settings.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { addedAuthorities, trustAuthorities } from '../../../src/kernel/trust.ts';
import { newAuthority } from '../request-context/certificates.ts';
import { attempt } from './attempt.ts';

test.describe.configure({ mode: 'serial' }); // one process has one environment

let folder: string;
const { NODE_EXTRA_CA_CERTS: before } = process.env;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullhouse-authorities-'));
  delete process.env.NODE_EXTRA_CA_CERTS;
});
test.afterEach(() => {
  rmSync(folder, { recursive: true });
  trustAuthorities(undefined);
  delete process.env.NODE_EXTRA_CA_CERTS;
  if (before !== undefined) process.env.NODE_EXTRA_CA_CERTS = before;
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const same = (pem: string | undefined) => pem?.replace(/\s+$/gm, '');

test('the harness trusts the certificates in the SERVICE_CA file', async () => {
  const [one, other] = [await newAuthority('one'), await newAuthority('other')];
  const { cert, key } = await other.certificate(['meet.test']);
  const SERVICE_CA = file('ca.pem', `${key}\n${one.pem}\n${cert}`);
  const settings = loadSettings({ SERVICE_CA });
  expect(same(settings.authorities)).toBe(same(`${one.pem}\n${cert}`));
  expect(same(addedAuthorities())).toBe(same(settings.authorities));
  // Reports show the path alone.
  expect(publicSettings(settings)).toMatchObject({ SERVICE_CA });
  expect(JSON.stringify(publicSettings(settings))).not.toContain('BEGIN CERTIFICATE');
  loadSettings({});
  expect(addedAuthorities()).toBeUndefined();
  expect(readSettings({}).authorities).toBeUndefined();
});

test('the harness trusts the certificates in the NODE_EXTRA_CA_CERTS file as well', async () => {
  const [one, other] = [await newAuthority('one'), await newAuthority('other')];
  const [SERVICE_CA, extra] = [file('ca.pem', one.pem), file('extra.pem', other.pem)];
  loadSettings({ SERVICE_CA, NODE_EXTRA_CA_CERTS: extra });
  expect(same(addedAuthorities())).toBe(same(`${one.pem}\n${other.pem}`));
  loadSettings({ SERVICE_CA, NODE_EXTRA_CA_CERTS: SERVICE_CA });
  expect(same(addedAuthorities())).toBe(same(one.pem));
  loadSettings({ SERVICE_CA, NODE_EXTRA_CA_CERTS: join(folder, 'missing.pem') });
  expect(same(addedAuthorities())).toBe(same(one.pem));
});

test('an unusable SERVICE_CA file is reported with the reason and a hint', async () => {
  const remedy =
    'Name a PEM file with the certificate of the authority that signed the service’s certificate.';
  const missing = join(folder, 'missing.pem');
  expect(attempt({ SERVICE_CA: missing, SEED: 'x' }).split('\n')).toEqual([
    expect.stringMatching(/^SEED: "x"/),
    `SERVICE_CA: "${missing}" cannot be used: there is no such file. ${remedy}`,
  ]);
  const { key } = await (await newAuthority('one')).certificate(['meet.test']);
  const keyFile = file('key.pem', key);
  expect(attempt({ SERVICE_CA: keyFile })).toBe(
    `SERVICE_CA: "${keyFile}" cannot be used: it has no certificate. ${remedy}`,
  );
  const damaged = file('damaged.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  expect(attempt({ SERVICE_CA: damaged })).toBe(
    `SERVICE_CA: "${damaged}" cannot be used: certificate 1 cannot be read. ${remedy}`,
  );
});

test.describe('NODE_EXTRA_CA_CERTS of the workers', () => {
  const written: string[] = [];
  const keep = async (pem: string) => {
    written.push(pem);
    return file('both.pem', pem);
  };

  test('names the SERVICE_CA file, or a file that joins it with the earlier NODE_EXTRA_CA_CERTS', async () => {
    const [one, other] = [await newAuthority('one'), await newAuthority('other')];
    const settings = loadSettings({ SERVICE_CA: file('ca.pem', one.pem) });
    await handOnAuthorities(settings, keep);
    expect(process.env.NODE_EXTRA_CA_CERTS).toBe(resolve(folder, 'ca.pem'));
    expect(written).toEqual([]);

    process.env.NODE_EXTRA_CA_CERTS = file('extra.pem', other.pem);
    loadSettings({ SERVICE_CA: settings.SERVICE_CA, ...process.env });
    await handOnAuthorities(settings, keep);
    expect(process.env.NODE_EXTRA_CA_CERTS).toBe(join(folder, 'both.pem'));
    expect(written.map(same)).toEqual([same(`${one.pem}\n${other.pem}`)]);
  });

  test('stays unset without SERVICE_CA', async () => {
    await handOnAuthorities(loadSettings({}), keep);
    expect(process.env.NODE_EXTRA_CA_CERTS).toBeUndefined();
  });
});
