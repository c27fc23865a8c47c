import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { UserError } from './errors.ts';

/**
 * The certificate authorities that connections to the service trust in addition to the well-known ones. The process has one
 * value that each connection reads, so that no caller can forget to pass it.
 */
let authorities: string | undefined;
let context: SecureContext | undefined;
/** Public keys of the service's certificates, for browsers: base64 of the SHA-256 of their SPKI. */
let serviceKeys: readonly string[] = [];

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** @param pem certificates of authorities, or undefined to trust only the well-known authorities */
export function trustAuthorities(pem: string | undefined): void {
  if (pem === authorities) return;
  authorities = pem;
  context = undefined;
}

/** The added authorities as PEM; undefined without added authorities. */
export function addedAuthorities(): string | undefined {
  return authorities;
}

/**
 * Options for TLS connections to the service; empty for the defaults of Node. The context is created once, because reading
 * all well-known certificates takes longer than a handshake.
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

/** The certificates in a PEM text, without its other content. @throws {UserError} if a certificate cannot be read */
export function certificatesIn(pem: string): string[] {
  return (pem.match(BLOCK) ?? []).map((block, position) => {
    try {
      return new X509Certificate(block).toString();
    } catch (cause) {
      throw new UserError(`certificate ${position + 1} cannot be read`, { cause });
    }
  });
}
