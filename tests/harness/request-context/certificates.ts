import { generate } from 'selfsigned';

export interface Authority {
  /** Its certificate. */
  readonly pem: string;
  /** Signs a certificate for these names. */
  certificate(names: readonly string[], options?: { notAfterDate?: Date }): Promise<ServerCertificate>;
}

export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const;
const IPV4 = /^[\d.]+$/;

/** A new authority. */
export async function newAuthority(name: string): Promise<Authority> {
  const own = await generate([{ name: 'commonName', value: name }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return {
    pem: own.cert,
    async certificate(names, options = {}) {
      const { cert, private: key } = await generate([{ name: 'commonName', value: names[0]! }], {
        ...EC,
        ...options,
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          {
            name: 'subjectAltName',
            altNames: names.map((one) => (IPV4.test(one) ? { type: 7, ip: one } : { type: 2, value: one })),
          },
        ],
      });
      return { cert, key };
    },
  };
}
