import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { UserError } from './errors.ts';

/**
 * The certificate authorities that connections to the service trust beside the well-known ones. The whole process has one
 * value, which each connection reads, so that no caller can forget to pass it on.
 */
let authorities: string | undefined;
let context: SecureContext | undefined;
/** Public keys of the service's own certificates, for browsers: base64 of the SHA-256 of their SPKI. */
let serviceKeys: readonly string[] = [];

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** `pem`: certificates of authorities, or undefined to trust the well-known ones alone. */
export function trustAuthorities(pem: string | undefined): void {
  if (pem === authorities) return;
  authorities = pem;
  context = undefined;
}

/** The added authorities, as PEM; undefined where there are none. */
export function addedAuthorities(): string | undefined {
  return authorities;
}

/**
 * Options for TLS connections to the service; empty where Node's own defaults hold. The context is made once, because
 * reading all well-known certificates takes longer than a handshake.
 */
export function serviceTls(): { readonly secureContext?: SecureContext } {
  if (authorities === undefined) return {};
  context ??= createSecureContext({ ca: [...rootCertificates, authorities] });
  return { secureContext: context };
}

export function trustServiceKeys(keys: readonly string[]): void {
  serviceKeys = keys;
}

export function trustedServiceKeys(): readonly string[] {
  return serviceKeys;
}

/** The certificates of a PEM text, and nothing else that may be in it. @throws UserError for one that cannot be read */
export function certificatesIn(pem: string): string[] {
  return (pem.match(BLOCK) ?? []).map((block, position) => {
    try {
      return new X509Certificate(block).toString();
    } catch (cause) {
      throw new UserError(`certificate ${position + 1} cannot be read`, { cause });
    }
  });
}
