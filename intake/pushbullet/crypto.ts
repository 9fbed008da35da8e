/**
 * Pushbullet's end-to-end encryption. The key is PBKDF2-HMAC-SHA256 of the owner's password, salted with the user's iden,
 * 30,000 iterations, 32 bytes; a payload is base64 of the version `1`, 16 bytes of tag, 12 of iv, and AES-256-GCM's text.
 */
import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

export interface Cipher {
  /** The plain text; undefined where this password does not open it, or it is no such payload. */
  open(ciphertext: string): string | undefined;
}

const ITERATIONS = 30_000;
const KEY_BYTES = 32;
const VERSION = '1'.charCodeAt(0);
const TAG_BYTES = 16;
const IV_BYTES = 12;
const HEAD_BYTES = 1 + TAG_BYTES + IV_BYTES;

const derive = promisify(pbkdf2);

export async function createCipher(password: string, userIden: string): Promise<Cipher> {
  const key = await derive(password, userIden, ITERATIONS, KEY_BYTES, 'sha256');
  return {
    open(ciphertext) {
      const bytes = Buffer.from(ciphertext, 'base64');
      if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1 + TAG_BYTES, HEAD_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAuthTag(bytes.subarray(1, 1 + TAG_BYTES));
        return decipher.update(bytes.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
