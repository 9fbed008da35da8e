/** Indexes of what people look at: the queue of their work, and the bank's reference that a payer's complaint names. */
import { NEED_CHECK_STATUSES } from '../../domain/sms';
import type { Migration } from './migration';

const needCheck = NEED_CHECK_STATUSES.map((status) => `'${status}'`).join(', ');

export const lists: Migration = {
  name: '0004-lists',
  up: `
    CREATE INDEX shooter_sms_need_check ON shooter_sms (id) INCLUDE (updated_at, review_reason)
      WHERE status IN (${needCheck});
    CREATE INDEX shooter_sms_reference ON shooter_sms (reference) WHERE reference IS NOT NULL;
  `,
  down: `
    DROP INDEX shooter_sms_reference;
    DROP INDEX shooter_sms_need_check;
  `,
};
