import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Those of the texts that are no IP address of this machine. */
export function foreignAddresses(addresses: readonly string[]): string[] {
  const own = new BlockList();
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((one) => one ?? []))
    own.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  // Linux takes all of them for its own; elsewhere, those that are set up are listed.
  if (process.platform === 'linux') own.addSubnet('127.0.0.0', 8);
  return addresses.filter((address) => {
    const version = isIP(address);
    return version === 0 || !own.check(address, version === 6 ? 'ipv6' : 'ipv4');
  });
}
