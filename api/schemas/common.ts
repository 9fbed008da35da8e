/** Shapes that many answers share. Requests are strict; answers may grow. */
import { z } from 'zod';

export const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
export const nullableTime = time.nullable();
export const minor = z.int().meta({ description: 'An amount in minor units of its currency' });
export const currencyCode = z.string().meta({ description: 'ISO 4217' });

export const errorBody = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.unknown().optional(),
    }),
  })
  .meta({ id: 'Error' });

export const wouldRun = z
  .object({
    count: z.int().meta({ description: 'SMS that the addition would let through' }),
    ids: z.array(z.int()).meta({ description: 'The newest 50 of them' }),
  })
  .meta({ id: 'WouldRun' });

export const runAgainReport = z
  .object({ submitted: z.int(), applied: z.int(), recorded: z.int(), refused: z.int() })
  .nullable()
  .meta({ description: 'What came of running them again; null where it was not asked for' });

export const deleted = z.object({ id: z.int(), deleted: z.literal(true) });

export function iso(at: Date): string {
  return at.toISOString();
}

export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
