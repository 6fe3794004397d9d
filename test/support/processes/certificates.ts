// X.509 certificates for TLS tests, made when needed: no key is committed and no openssl needed. Just enough DER for a
// self-made authority and a server certificate for 127.0.0.1 and localhost (ECDSA P-256, SHA-256).
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority and a server certificate by it, as PEM files in `directory`. */
export async function writeCertificates(directory: string, name: string): Promise<CertificateFiles> {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityName = `${name} authority`;
  const ca = certificate(authorityName, authority.publicKey, authorityName, authority.privateKey, [
    extension([0x55, 0x1d, 0x13], true, sequence(der(0x01, Buffer.from([0xff])))), // basicConstraints: CA
    extension([0x55, 0x1d, 0x0f], true, der(0x03, Buffer.from([1, 0x06]))), // keyUsage: certificates and lists
  ]);
  const alternativeNames = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const cert = certificate(name, server.publicKey, authorityName, authority.privateKey, [
    extension([0x55, 0x1d, 0x11], false, alternativeNames),
  ]);
  const files = {
    caFile: join(directory, `${name}-ca.pem`),
    certFile: join(directory, `${name}.pem`),
    keyFile: join(directory, `${name}-key.pem`),
  };
  await writeFile(files.caFile, pem(ca));
  await writeFile(files.certFile, pem(cert));
  await writeFile(files.keyFile, server.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return files;
}

function certificate(
  subject: string,
  subjectKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  extensions: readonly Buffer[],
): Buffer {
  // ecdsa-with-SHA256
  const algorithm = sequence(der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])));
  const serial = randomBytes(8);
  serial[0] = 0x01;
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial),
    algorithm,
    distinguishedName(issuer),
    sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    distinguishedName(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toSign, issuerKey);
  return sequence(toSign, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
}

function distinguishedName(commonName: string): Buffer {
  const attribute = sequence(der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

function extension(id: readonly number[], isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(der(0x06, Buffer.from(id)), ...critical, der(0x04, value));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length, value. */
function der(tag: number, value: Buffer): Buffer {
  const length = value.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), value]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), value]);
}

function pem(certificateDer: Buffer): string {
  const lines = certificateDer.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
