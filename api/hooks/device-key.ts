/**
 * Whose secret must have signed a phone's request. A device with a secret of its own must use it; the app-wide one
 * (HOOK_SECRETS_<APP>) is for the first contact of a phone, and for those that were never given one.
 */
import { deviceSecretOwner, type HookDevice } from '../../db/device-secrets';
import type { PhoneApp } from '../../domain/phone-apps';
import { ConfigError } from '../../service/config';
import { HttpError } from '../../service/http-errors';
import { SecretBoxError, type SecretBox } from '../../service/secret-box';
import type { Claim } from './phone-app';

export interface DeviceKeys {
  readonly app: PhoneApp;
  /** One, or two while it is rotated. */
  readonly appSecrets: readonly string[];
  /** Undefined: SECRETS_KEY is not set, so no device's own secret can be read. */
  readonly secretBox: SecretBox | undefined;
}

/** @throws ConfigError naming the variable at fault */
export function checkAppSecrets(app: PhoneApp, secrets: readonly string[]): readonly string[] {
  const variable = `HOOK_SECRETS_${app.toUpperCase()}`;
  if (secrets.length > 2)
    throw new ConfigError(`${variable} holds more than two values: one, or two while it is rotated`);
  // The shortest that an app makes for itself (SMSGate) has eight.
  if (secrets.some((secret) => secret.length < 8)) throw new ConfigError(`${variable} is shorter than 8 characters`);
  return secrets;
}

/**
 * @throws HttpError 401 `signature_wrong`, `device_secret_required`, `hook_not_configured`; 503 where a device's own
 * secret cannot be read, so that the app tries again
 */
export function requireSigned(keys: DeviceKeys, claim: Claim, device: HookDevice | undefined): void {
  const sealed = device?.sealedSecrets ?? [];
  if (device === undefined || sealed.length === 0) {
    if (keys.appSecrets.length === 0) throw notConfigured(keys.app);
    if (!signedByAny(claim, keys.appSecrets)) throw wrong();
    return;
  }
  if (signedByAny(claim, openAll(keys.secretBox, device.id, sealed))) return;
  if (signedByAny(claim, keys.appSecrets))
    throw new HttpError(401, 'device_secret_required', "this device has a secret of its own: the app's does not count");
  throw wrong();
}

/** All are tried, so that the time taken does not tell which of them it was. */
function signedByAny(claim: Claim, secrets: readonly string[]): boolean {
  return secrets.map((secret) => claim.signedBy(secret)).includes(true);
}

function openAll(box: SecretBox | undefined, deviceId: number, sealed: readonly string[]): string[] {
  if (box === undefined) throw unreadable('SECRETS_KEY is not set');
  try {
    return sealed.map((secret) => box.open(secret, deviceSecretOwner(deviceId)));
  } catch (error) {
    if (error instanceof SecretBoxError) throw unreadable('SECRETS_KEY is not the one that it was stored under');
    throw error;
  }
}

function unreadable(why: string): HttpError {
  return new HttpError(503, 'device_secret_unreadable', `the secret of this device cannot be read: ${why}`);
}

function notConfigured(app: PhoneApp): HttpError {
  const variable = `HOOK_SECRETS_${app.toUpperCase()}`;
  return new HttpError(401, 'hook_not_configured', `this hook has no secret yet: ${variable} is not set`);
}

function wrong(): HttpError {
  return new HttpError(401, 'signature_wrong', 'no active secret of this device or app made this signature');
}
