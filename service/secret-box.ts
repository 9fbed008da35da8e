/**
 * Credentials at rest: AES-256-GCM under SECRETS_KEY. What it is a secret of is bound to it, so that a value moved to another
 * row does not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface SecretBox {
  /** `owner` names what the secret belongs to, such as `pushbullet:token:<account iden>`. */
  seal(secret: string, owner: string): string;
  /** @throws SecretBoxError where the value was sealed under another key, for another owner, or was changed */
  open(sealed: string, owner: string): string;
}

/** Never says anything of the value. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

const FORMAT = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createSecretBox(secretsKey: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secretsKey, '', 'recon stored credentials v1', 32));
  return {
    seal(secret, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${FORMAT}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`;
    },
    open(sealed, owner) {
      const [format, encoded = ''] = sealed.split('.');
      const bytes = Buffer.from(encoded, 'base64url');
      if (format !== FORMAT || bytes.length < IV_BYTES + TAG_BYTES)
        throw new SecretBoxError(`the stored secret of ${owner} is not in a form that this build knows`);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(owner));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SecretBoxError(
          `the stored secret of ${owner} does not open: SECRETS_KEY is not the one that it was stored under`,
        );
      }
    },
  };
}
