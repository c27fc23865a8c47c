import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import {
  portsPerAddress,
  portsUsed,
  portWarning,
  sourceAddressesFor,
  wrongFamily,
} from '../../../src/crowd/source-addresses.ts';

const sources = (serviceUrl: string, sourceAddresses: readonly string[] = []) => ({
  serviceUrl,
  sourceAddresses,
});
const local = sources('http://127.0.0.1:3002');
const remote = sources('https://meet.test');

test.describe('Which source addresses do participants use?', () => {
  test('uses one loopback address per 1,000 participants above 10,000 participants', () => {
    expect(sourceAddressesFor(local, 10_000, 'linux')).toEqual([]);
    const many = sourceAddressesFor(local, 10_001, 'linux');
    expect([many.length, many[0], many.at(-1)]).toEqual([11, '127.0.0.1', '127.0.0.11']);
    expect(sourceAddressesFor(local, 100_000, 'linux')).toHaveLength(100);
    expect(new Set(sourceAddressesFor(local, 900_000, 'linux')).size).toBe(254);
  });

  test('uses the set addresses, or the choice of the system without them', () => {
    expect(sourceAddressesFor(remote, 30_000, 'linux')).toEqual([]);
    expect(sourceAddressesFor(sources('http://127.evil.test'), 30_000, 'linux')).toEqual([]);
    expect(sourceAddressesFor(sources('https://meet.test', ['10.0.0.7']), 30_000, 'linux')).toEqual([
      '10.0.0.7',
    ]);
    expect(sourceAddressesFor(sources(local.serviceUrl, ['127.0.0.9']), 30_000, 'linux')).toEqual([
      '127.0.0.9',
    ]);
    // Other systems accept 127.0.0.2 only if it is configured.
    expect(sourceAddressesFor(local, 30_000, 'darwin')).toEqual([]);
  });
});

test.describe('How many local ports are there?', () => {
  test('reads the range of the system, or undefined without one', () => {
    const file = test.info().outputPath('range');
    writeFileSync(file, '32768\t60999\n');
    expect(portsPerAddress(file)).toBe(28_232);
    expect(portsPerAddress(test.info().outputPath('nothing'))).toBeUndefined();
  });

  test('counts two ports per participant and the ports of all addresses', () => {
    expect(portsUsed(100, [], 28_232)).toEqual({ localPorts: { used: 200, limit: 28_232 } });
    expect(portsUsed(100, ['a', 'b'], 28_232)).toEqual({ localPorts: { used: 200, limit: 56_464 } });
  });
});

test('warns before the start of a crowd that needs more local ports than the machine has', () => {
  expect(portWarning(remote, 14_116, 28_232)).toBeUndefined();
  expect(portWarning(remote, 14_117, 28_232)).toBe(
    '14,117 participants need 28,234 local ports, and this machine has 28,232 for 1 address. Set SOURCE_ADDRESSES to 2 addresses of this machine, or use more machines.',
  );
  const two = sources('https://meet.test', ['10.0.0.7', '10.0.0.8']);
  expect(portWarning(two, 28_232, 28_232)).toBeUndefined();
  expect(portWarning(two, 40_000, 28_232)).toContain('for 2 addresses. Set SOURCE_ADDRESSES to 3 addresses');
  // On loopback, further addresses are used automatically.
  expect(portWarning(local, 100_000, 28_232)).toBeUndefined();
});

test('refuses source addresses of another IP family than the service', () => {
  const from = (sourceAddresses: string[], serviceUrl: string) =>
    wrongFamily({ sourceAddresses, serviceUrl });
  expect(from(['::1', '127.0.0.9'], 'http://127.0.0.1:3002')).toBe(
    'SOURCE_ADDRESSES: ::1 cannot connect to 127.0.0.1. Use IPv4 addresses of this machine, as the service has.',
  );
  expect(from(['127.0.0.9'], 'http://[::1]:3002')).toContain('Use IPv6');
  expect(from(['127.0.0.9'], 'http://127.0.0.1:3002')).toBeUndefined();
  expect(from(['::1'], 'http://[::1]:3002')).toBeUndefined();
  // A host name is looked up in the needed family.
  expect(from(['::1'], 'http://meetings.example')).toBeUndefined();
});
