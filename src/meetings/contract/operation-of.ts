import type { Contract } from './contract.ts';

const known = new WeakMap<Contract, (url: string) => string | undefined>();

/**
 * The operation of a call by its address, for calls of a page without a known method. Undefined if
 * the address does not identify the operation.
 */
export function operationOf(contract: Contract, url: string): string | undefined {
  let find = known.get(contract);
  if (!find) {
    find = finderOf(contract);
    known.set(contract, find);
  }
  return find(url);
}

function finderOf({ operations, service: { base } }: Contract): (url: string) => string | undefined {
  const below = new Map<string, string>();
  for (const operation of operations.values())
    if (
      operation.over === 'http' &&
      operation.only === undefined &&
      operation.path.startsWith(`${base}/\${meeting}`)
    )
      below.set(operation.path.slice(`${base}/\${meeting}`.length), operation.name);
  return (url) => {
    const { pathname } = new URL(url);
    // A service may be below a path of its host.
    const at = pathname.indexOf(`${base}/`);
    if (at < 0) return undefined;
    const [id, ...rest] = pathname.slice(at + base.length + 1).split('/');
    return id ? below.get(['', ...rest].join('/')) : undefined;
  };
}
