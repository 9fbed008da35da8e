/** What the wallet's requests may hold. Everything is bounded, and nothing gets in that PostgreSQL could not hold. */
import { code as currencyByCode } from 'currency-codes';
import { z } from 'zod';

/** Ids travel in paths, in headers and in signatures: characters that mean themselves in all three. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:~-]*$/;
const id = (maxLength: number) =>
  z.string().max(maxLength).regex(ID, 'must begin with a letter or digit and hold only letters, digits and . _ : ~ -');

export const orderIdSchema = id(128);
const brandId = id(64);
const amountMinor = z.int().positive();
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters such as EUR');

/** Recon counts its SMS by number, other callers may name theirs by text. */
const smsId = z.union([id(128), z.int().positive().transform(String)], { error: 'must be an id: text or a number' });

/** Unpaired surrogates cannot be written as UTF-8; NUL and its kin have no place in a name. */
const plainText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters or unpaired surrogates');

export const approveBody = z.strictObject({
  order_id: orderIdSchema,
  sms_id: smsId,
  amount_minor: amountMinor,
  currency,
  brand_id: brandId,
});

export const createBody = z.strictObject({
  order_id: orderIdSchema,
  player_id: id(128),
  brand_id: brandId,
  amount_minor: amountMinor,
  currency: currency.refine((value) => currencyByCode(value) !== undefined, 'must be a currency of ISO 4217'),
  account_tail: z
    .string()
    .regex(/^[A-Za-z0-9]{1,34}$/, 'must be 1 to 34 letters or digits')
    .nullish(),
  payer_name: plainText(200).nullish(),
});

export const emptyBody = z.strictObject({});

const MAX_PAGE = 1_000;
const wholeNumber = (name: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be ${name}`)
    .transform(Number);

/** Queries of lists: the cursor is the `next_cursor` of the page before. */
export const creditsQuery = z.strictObject({
  cursor: wholeNumber('the next_cursor of an earlier page').default(0),
  limit: wholeNumber('a whole number')
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, `must be 1 to ${MAX_PAGE}`)
    .default(200),
});

/** Printable ASCII, as a header must be; `recon:<order_id>:<sms_id>` fits. */
export const idempotencyKeySchema = z
  .string()
  .max(300)
  .regex(/^[\x21-\x7e]+$/);
