import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Whether a host name, as `URL` writes it, is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Returns the texts that are not IP addresses of this machine. */
export function foreignAddresses(addresses: readonly string[]): string[] {
  const own = new BlockList();
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((one) => one ?? []))
    own.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  // On Linux, all of 127.0.0.0/8 is this machine; elsewhere, only the configured addresses.
  if (process.platform === 'linux') own.addSubnet('127.0.0.0', 8);
  return addresses.filter((address) => {
    const version = isIP(address);
    return version === 0 || !own.check(address, version === 6 ? 'ipv6' : 'ipv4');
  });
}
