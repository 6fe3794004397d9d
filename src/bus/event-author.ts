// Who wrote an event, provably: a key pair that a worker makes when it connects with credentials and that never leaves its
// process. The public key stands in the subject of each of its events, its mark at the end of the worker's name, so that
// nobody needs a list of keys: a name can be spoken for only by the process that bears it.
// Signed are the subject (study, trial, key) and the content (type, attempt, all that is claimed).
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** The public key, where the subject does not name it. */
export const AUTHOR_HEADER = 'Sweep-Author';
export const SIGNATURE_HEADER = 'Sweep-Signature';

/** 32 bytes in base64url: what a name on the bus may hold. */
const PUBLIC_KEY = /^[A-Za-z0-9_-]{43}$/;
/** Hex digits: 64 bits, so that a second key with the same mark takes 2^64 tries. */
const MARK_LENGTH = 16;
/** Workers of which something is being read at once. */
const KEYS_REMEMBERED = 10_000;

export class EventAuthor {
  private readonly privateKey: KeyObject;
  readonly publicKey: string;
  /** Ends the name of its worker. */
  readonly mark: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      publicKeyEncoding: { type: 'spki', format: 'der' },
    });
    this.privateKey = createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' });
    // The key itself ends the structure around it.
    this.publicKey = publicKey.subarray(-32).toString('base64url');
    this.mark = markOf(this.publicKey);
  }

  /** The signature of `subject` and `data` together, for the header. Some 50 µs. */
  sign(subject: string, data: Uint8Array): string {
    return sign(null, signedText(subject, data), this.privateKey).toString('base64url');
  }
}

/** Judges signatures; remembers keys, as making one ready costs as much as using it. */
export class SignatureCheck {
  private readonly keys = new Map<string, KeyObject>();

  /** True when the bearer of `publicKey` wrote `data` for `subject`. Some 130 µs. */
  isGenuine(publicKey: string, subject: string, data: Uint8Array, signature: string): boolean {
    if (!PUBLIC_KEY.test(publicKey) || signature.length !== 86) return false;
    try {
      return verify(
        null,
        signedText(subject, data),
        this.keyOf(publicKey),
        Buffer.from(signature, 'base64url'),
      );
    } catch {
      // Not a point of the curve: no key at all.
      return false;
    }
  }

  private keyOf(publicKey: string): KeyObject {
    let key = this.keys.get(publicKey);
    if (key === undefined) {
      key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
      if (this.keys.size >= KEYS_REMEMBERED) this.keys.clear();
      this.keys.set(publicKey, key);
    }
    return key;
  }
}

export function markOf(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, MARK_LENGTH);
}

function signedText(subject: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`sweep 1 ${subject}\n`), data]);
}
