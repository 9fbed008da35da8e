/** What identifies an SMS: its delivery (the very same again) and its fingerprint (the same SMS by another source). */
import { createHash } from 'node:crypto';
import type { Via } from './delivery';
import { normaliseSender } from './phone';
import type { Source } from './sms';
import { normaliseText } from './text';

export interface FingerprintParts {
  /** As the source reported it, or already normalised: both give the same fingerprint. */
  readonly sender: string;
  readonly body: string;
  /** The receiving line (a number of ours, a SIM), where the source knows it. */
  readonly line: string | null;
}

/** Hex SHA-256; equal for one SMS seen by two sources on one line, however each of them encodes spaces and marks. */
export function fingerprintOf({ sender, body, line }: FingerprintParts): string {
  return sha256OfList([senderKey(sender), normaliseText(body), line === null ? null : senderKey(line)]);
}

export interface DeliveryParts {
  readonly source: Source;
  readonly sourceAccount: string;
  readonly deviceId: string | null;
  readonly messageId: string | null;
  /** The phone's clock. */
  readonly receivedAt: Date;
  readonly sender: string;
  /** The raw text: a source that repeats itself repeats every byte. */
  readonly body: string;
  readonly via?: Via | undefined;
}

/** Hex SHA-256 of exactly these parts, as a JSON list so that no two lists of parts read the same. */
export function deliveryKeyOf(parts: DeliveryParts): string {
  const { source, sourceAccount, deviceId, messageId, receivedAt, sender, body, via = 'direct' } = parts;
  const list = [source, sourceAccount, deviceId, messageId, receivedAt.toISOString(), sender, body];
  return sha256OfList(via === 'direct' ? list : [...list, via]);
}

/** The sender in its one form; one that is no sender is kept by its letters, so that its SMS is not lost. */
export function senderKey(raw: string, defaultCountry?: string): string {
  const result = normaliseSender(raw, defaultCountry);
  return result.ok ? result.sender.value : normaliseText(raw).toUpperCase();
}

function sha256OfList(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('hex');
}
