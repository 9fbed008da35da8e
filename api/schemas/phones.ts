/** The whitelist, as the API takes and shows it. */
import { z } from 'zod';
import { actor, name, rowId, text } from '../text-rules';
import { runAgainReport, time, wouldRun } from './common';

export const phoneRow = z
  .object({
    id: rowId,
    sender: z.string().meta({ description: 'As it was written' }),
    sender_normal: z.string().meta({ description: 'What SMS are compared with' }),
    label: z.string(),
    created_at: time,
    created_by: z.string(),
  })
  .meta({ id: 'Phone' });

export const phoneList = z.object({ items: z.array(phoneRow) });

export const phoneAddBody = z.strictObject({
  sender: name(64),
  label: text(200).optional(),
  actor: actor.optional().meta({ description: 'Who does it; default: the caller' }),
  run_again: z.boolean().optional().meta({ description: 'Start again what this phone would have let through' }),
});

export const phoneAdded = phoneRow.extend({ would_run: wouldRun, run_again: runAgainReport });

export const deleteBody = z.strictObject({ id: rowId, actor: actor.optional() });
