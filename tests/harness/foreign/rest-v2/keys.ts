import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';

const KEY_ID = 'k1';
const ONLY_OWNER = { mode: 0o600 };

export interface Keys {
  readonly caFile: string;
  /** The key that signs tokens. Clients of this service sign their own tokens. */
  readonly signingKeyFile: string;
  readonly tls: { readonly key: string; readonly cert: string };
  /** The answer of `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly JsonWebKey[] };
  /** Removes a temporary folder. */
  remove(): Promise<void>;
}

/** Reads or creates the keys in the folder: a private CA, a certificate for `localhost`, and a key for tokens. */
export async function openKeys(folder?: string): Promise<Keys> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'fullhouse-rest-v2-')));
  const file = (name: string) => join(place, name);
  const [caFile, signingKeyFile] = [file('ca.pem'), file('key.pem')];
  if (!existsSync(signingKeyFile)) await makeKeys(file);
  const [key, cert, signingKey] = await Promise.all(
    ['tls-key.pem', 'tls.pem', 'key.pem'].map((name) => readFile(file(name), 'utf8')),
  );
  const publicKey = createPublicKey(createPrivateKey(signingKey!)).export({ format: 'jwk' });
  return {
    caFile,
    signingKeyFile,
    tls: { key: key!, cert: cert! },
    jwks: { keys: [{ ...publicKey, kid: KEY_ID, alg: 'RS256', use: 'sig' }] },
    remove: async () => {
      if (folder === undefined) await rm(place, { recursive: true, force: true });
    },
  };
}

/** Writes the signing key last, so that its file exists only if the other files are complete. */
async function makeKeys(file: (name: string) => string): Promise<void> {
  const ca = await certificateAuthority();
  const tls = await serverCertificate(ca);
  await writeFile(file('ca.pem'), ca.cert);
  await writeFile(file('tls.pem'), tls.cert);
  await writeFile(file('tls-key.pem'), tls.private, ONLY_OWNER);
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  await writeFile(file('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), ONLY_OWNER);
}

const common = { keyType: 'ec', algorithm: 'sha256' } as const;

function certificateAuthority() {
  return generate([{ name: 'commonName', value: 'rest-v2 private CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

function serverCertificate(ca: { private: string; cert: string }) {
  return generate([{ name: 'commonName', value: 'rest-v2' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
}
