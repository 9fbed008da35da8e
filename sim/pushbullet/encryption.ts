/**
 * Pushbullet's end-to-end encryption: key = PBKDF2-HMAC-SHA256(password, salt = user iden, 30,000 rounds, 32 bytes); bytes are
 * '1' | tag (16) | iv (12) | ciphertext, AES-256-GCM, in base64.
 */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';

const ROUNDS = 30_000;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const VERSION = Buffer.from('1');

export interface Encrypted {
  readonly encrypted: true;
  readonly ciphertext: string;
}

export interface Encryption {
  readonly encrypt: (payload: unknown, password: string, userIden: string) => Encrypted;
}

export function createEncryption(): Encryption {
  // Thirty thousand rounds take tens of milliseconds: once per password and account is enough.
  const keys = new Map<string, Buffer>();
  function keyOf(password: string, userIden: string): Buffer {
    const name = `${userIden}\n${password}`;
    const key = keys.get(name) ?? pbkdf2Sync(password, userIden, ROUNDS, KEY_BYTES, 'sha256');
    keys.set(name, key);
    return key;
  }
  return {
    encrypt(payload, password, userIden) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(password, userIden), iv);
      const ciphertext = Buffer.concat([cipher.update(JSON.stringify(payload), 'utf8'), cipher.final()]);
      return {
        encrypted: true,
        ciphertext: Buffer.concat([VERSION, cipher.getAuthTag(), iv, ciphertext]).toString('base64'),
      };
    },
  };
}
