import { UserError } from '../kernel/errors.ts';
import { readText } from '../kernel/text-file.ts';
import { certificatesIn } from '../kernel/trust.ts';

const REMEDY = 'Name a PEM file with the certificate of the authority that signed the service’s certificate';

/** Much larger than all well-known authorities together. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The certificates in the file, as PEM; other content, such as a key, is ignored. @throws UserError */
export function readAuthorities(path: string): string {
  try {
    const certificates = certificatesIn(readText(path, MOST_BYTES));
    if (certificates.length === 0) throw new UserError('it has no certificate');
    return certificates.join('');
  } catch (cause) {
    throw new UserError(`"${path}" cannot be used: ${(cause as Error).message}. ${REMEDY}.`, { cause });
  }
}

/**
 * These certificates and those that Node trusts by NODE_EXTRA_CA_CERTS, each once. Node itself reports an unreadable
 * file of that variable.
 */
export function withExtraAuthorities(pem: string, extraPath: string | undefined): string {
  let extra: readonly string[] = [];
  try {
    if (extraPath) extra = certificatesIn(readText(extraPath, MOST_BYTES));
  } catch {
    // Node has reported it.
  }
  return [...new Set([...certificatesIn(pem), ...extra])].join('');
}
