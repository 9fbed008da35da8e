/** Schemas that the apps' bodies share: tolerant of what the app adds, strict in what is used. */
import { z } from 'zod';
import { MAX_BODY_LENGTH } from '../../domain/text';
import { check, parseJson } from '../check-input';
import { name, text } from '../text-rules';

export const deviceName = name(200);
export const senderText = name(64);
export const smsText = text(MAX_BODY_LENGTH).min(1);
export const webhookIdText = name(160);

/** A heartbeat is worth more than its figures: what cannot be read of them is left out. */
export const batteryFigure = z.number().min(0).max(100).transform(Math.round).nullable().catch(null);
export const shortWord = name(60).nullable().catch(null);

const anObject = z.looseObject({});

/** @throws HttpError 400 */
export function jsonObject(rawBody: string): Readonly<Record<string, unknown>> {
  return check(anObject, parseJson(rawBody), 'the body');
}

/** A name by which a device may be looked up, before the body is checked as a whole. */
export function peekName(value: unknown): string | null {
  const result = deviceName.safeParse(value);
  return result.success ? result.data : null;
}
