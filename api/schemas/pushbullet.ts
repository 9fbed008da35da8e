/** Accounts of Pushbullet, as the API takes and shows them: without their secrets. */
import { z } from 'zod';
import { DEVICE_FAULTS, LOOP_FAULTS } from '../../domain/source-health';
import { actor, name, rowId, text } from '../text-rules';
import { nullableTime, time } from './common';

const phone = z
  .object({
    id: rowId.meta({ description: 'Of the device: what device/trust takes' }),
    iden: z.string(),
    name: z.string(),
    line: z.string().nullable(),
    trusted: z.boolean(),
    fault: z.enum(DEVICE_FAULTS).nullable().meta({ description: 'encrypted: what it sends cannot be read' }),
    last_seen_at: time,
  })
  .meta({ id: 'PushbulletPhone' });

const listener = z
  .object({
    fresh: z.boolean(),
    fault: z.enum(LOOP_FAULTS).nullable(),
    age_ms: z.int().meta({ description: 'Since its last progress' }),
    limit_ms: z.int(),
    owner: z.string().nullable().meta({ description: 'The process that holds it' }),
    stale_since: nullableTime,
    detail: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'Counts and codes' }),
  })
  .nullable()
  .meta({ id: 'PushbulletListener', description: 'null: it has not begun yet' });

export const pushbulletAccount = z
  .object({
    id: rowId,
    account: z.string().meta({ description: "The account's iden: source_account of its SMS" }),
    email: z.string(),
    name: z.string(),
    has_password: z.boolean().meta({ description: 'An end-to-end password is stored' }),
    added_by: z.string(),
    created_at: time,
    devices: z.array(phone),
    listener,
  })
  .meta({ id: 'PushbulletAccount' });

export const pushbulletList = z.object({ items: z.array(pushbulletAccount) });

/** Travels in a header and in the stream's address. */
const token = z
  .string()
  .min(8)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must hold printable ASCII characters without spaces only')
  .meta({ description: 'An access token of the account; it is checked, stored encrypted and never shown again' });

export const pushbulletAddBody = z.strictObject({
  token,
  name: name(100).optional().meta({ description: 'Default: as Pushbullet names the account' }),
  password: text(500).min(1).optional().meta({ description: "The end-to-end password of the account's owner" }),
  actor: actor.optional().meta({ description: 'Who does it; default: the caller' }),
});

export const pushbulletAdded = pushbulletAccount.extend({
  added: z.boolean().meta({ description: 'false: the account was there, and has its token and password replaced' }),
});
