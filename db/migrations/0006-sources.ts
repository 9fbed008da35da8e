/** The ways in: accounts, what a phone says of itself, which way a sighting came by, freshness of the loops, and gaps in balances. */
import { GAP_STATUSES } from '../../domain/balance-gap';
import { VIAS } from '../../domain/delivery';
import { DEVICE_FAULTS, LOOP_FAULTS } from '../../domain/source-health';
import type { Migration } from './migration';

const list = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

export const sources: Migration = {
  name: '0006-sources',
  up: `
    ALTER TABLE shooter_sms_sighting
      ADD COLUMN via text NOT NULL DEFAULT 'direct' CHECK (via IN (${list(VIAS)})),
      ADD COLUMN thread_id text;
    -- What came live and has no message id of the phone yet: the work of SMS-ID sync.
    CREATE INDEX shooter_sms_sighting_live ON shooter_sms_sighting (device_id, seen_at) WHERE via = 'live';

    CREATE TABLE shooter_pushbullet (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- Pushbullet's own name of the user: the salt of its encryption too, and the source_account of its SMS.
      account_iden text NOT NULL,
      email text NOT NULL DEFAULT '',
      name text NOT NULL DEFAULT '',
      -- AES-256-GCM under SECRETS_KEY.
      token_sealed text NOT NULL,
      password_sealed text,
      -- When each schedule is due; who claims it moves it on, so that one worker of many does the work.
      missing_sync_due_at timestamptz NOT NULL DEFAULT now(),
      id_sync_due_at timestamptz NOT NULL DEFAULT now(),
      -- How each went last.
      missing_sync_done_at timestamptz,
      missing_sync_fault text CHECK (missing_sync_fault IN (${list(LOOP_FAULTS)})),
      id_sync_done_at timestamptz,
      id_sync_fault text CHECK (id_sync_fault IN (${list(LOOP_FAULTS)})),
      added_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz
    );
    CREATE UNIQUE INDEX shooter_pushbullet_account ON shooter_pushbullet (account_iden) WHERE deleted_at IS NULL;

    ALTER TABLE shooter_device
      -- Signs what the phone's app sends; two while it is rotated. AES-256-GCM under SECRETS_KEY.
      ADD COLUMN secret_sealed text,
      ADD COLUMN previous_secret_sealed text,
      ADD COLUMN app text,
      ADD COLUMN app_version text,
      ADD COLUMN battery_percent int CHECK (battery_percent BETWEEN 0 AND 100),
      ADD COLUMN network text,
      ADD COLUMN heartbeat_at timestamptz,
      ADD COLUMN fault text CHECK (fault IN (${list(DEVICE_FAULTS)})),
      ADD COLUMN fault_since timestamptz,
      -- Of the last turn between well and at fault: the key of its event.
      ADD COLUMN fault_episode bigint NOT NULL DEFAULT 0,
      -- What is usual between two heartbeats, moving slowly; null until there were two.
      ADD COLUMN heartbeat_gap_ms bigint CHECK (heartbeat_gap_ms >= 0);
    -- How often a phone delivers, and when it last did.
    CREATE INDEX shooter_sms_sighting_device ON shooter_sms_sighting (device_id, received_at) WHERE device_id IS NOT NULL;

    -- Episodes of loops and devices alike: never the same again, also for a loop that was forgotten and came back.
    CREATE SEQUENCE recon_episode;
    -- What is unsent, in the order in which it happened.
    CREATE INDEX recon_outbox_unsent ON recon_outbox (id) WHERE sent_at IS NULL;

    -- A loop's last progress wherever in the cluster it runs, and whether the house has been told that it is stale.
    CREATE TABLE recon_loop (
      name text PRIMARY KEY,
      limit_ms bigint NOT NULL CHECK (limit_ms > 0),
      critical boolean NOT NULL DEFAULT true,
      progressed_at timestamptz NOT NULL DEFAULT now(),
      fault text CHECK (fault IN (${list(LOOP_FAULTS)})),
      -- Counts and codes only: never a text, a token or a name.
      detail jsonb NOT NULL DEFAULT '{}',
      owner text,
      stale_since timestamptz,
      -- Of the last turn between stale and fresh: the key of its event.
      episode bigint NOT NULL DEFAULT 0
    );

    -- What each SMS says of its account: the links of the chain of balances. Written with the parse, in one statement.
    CREATE TABLE recon_balance_entry (
      sms_id bigint PRIMARY KEY REFERENCES shooter_sms (id),
      bank text NOT NULL,
      -- Empty where the text names none.
      account_tail text NOT NULL,
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      line text NOT NULL,
      received_at timestamptz NOT NULL,
      -- Signed: a credit adds, a debit takes.
      change_minor bigint CHECK (change_minor BETWEEN -9007199254740991 AND 9007199254740991),
      balance_minor bigint CHECK (balance_minor BETWEEN -9007199254740991 AND 9007199254740991),
      -- Since when it waits for the gap detector; null once that has looked. No cursor: a late commit is due like any other.
      due_at timestamptz DEFAULT now()
    );
    CREATE INDEX recon_balance_entry_chain ON recon_balance_entry (bank, line, currency, account_tail, received_at, sms_id);
    CREATE INDEX recon_balance_entry_due ON recon_balance_entry (due_at) WHERE due_at IS NOT NULL;
    -- Accounts whose chain breaks more often than it holds: no gaps are reported of them.
    CREATE TABLE recon_balance_account (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      bank text NOT NULL,
      account_tail text NOT NULL,
      currency text NOT NULL,
      line text NOT NULL,
      unreliable_since timestamptz,
      UNIQUE (bank, line, currency, account_tail)
    );
    -- Texts of a sender that were not read as a payment: one of them may explain a break.
    CREATE INDEX shooter_sms_unread ON shooter_sms (line, sender_normal, received_at) WHERE amount_minor IS NULL;

    -- A break in an account's chain of balances: an SMS is missing, or its amount was misread.
    CREATE TABLE recon_balance_gap (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- The SMS before and after the break.
      before_sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      after_sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      bank text NOT NULL,
      account_tail text NOT NULL,
      line text NOT NULL,
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      -- Signed: positive where credits are missing.
      missing_minor bigint NOT NULL CHECK (missing_minor <> 0 AND missing_minor BETWEEN -9007199254740991 AND 9007199254740991),
      status text NOT NULL DEFAULT 'backfilling' CHECK (status IN (${list(GAP_STATUSES)})),
      backfill_tries int NOT NULL DEFAULT 0,
      backfill_due_at timestamptz NOT NULL DEFAULT now(),
      found_at timestamptz NOT NULL DEFAULT now(),
      closed_at timestamptz,
      closed_by text,
      remark text,
      UNIQUE (before_sms_id, after_sms_id)
    );
    CREATE INDEX recon_balance_gap_open ON recon_balance_gap (status, id) WHERE status IN ('backfilling', 'awaiting_review');
    CREATE INDEX recon_balance_gap_account ON recon_balance_gap (bank, line, currency, account_tail)
      WHERE status IN ('backfilling', 'awaiting_review');

    GRANT SELECT, INSERT, UPDATE ON shooter_pushbullet, recon_balance_gap, recon_balance_account TO recon_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON recon_balance_entry TO recon_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON recon_loop TO recon_app;
    GRANT USAGE ON SEQUENCE recon_episode TO recon_app;
  `,
  down: `
    DROP TABLE recon_balance_gap;
    DROP INDEX shooter_sms_unread;
    DROP TABLE recon_balance_account;
    DROP TABLE recon_balance_entry;
    DROP TABLE recon_loop;
    DROP INDEX recon_outbox_unsent;
    DROP SEQUENCE recon_episode;
    DROP INDEX shooter_sms_sighting_device;
    ALTER TABLE shooter_device
      DROP COLUMN secret_sealed, DROP COLUMN previous_secret_sealed, DROP COLUMN app, DROP COLUMN app_version,
      DROP COLUMN battery_percent, DROP COLUMN network, DROP COLUMN heartbeat_at, DROP COLUMN fault, DROP COLUMN fault_since,
      DROP COLUMN fault_episode, DROP COLUMN heartbeat_gap_ms;
    DROP TABLE shooter_pushbullet;
    DROP INDEX shooter_sms_sighting_live;
    ALTER TABLE shooter_sms_sighting DROP COLUMN via, DROP COLUMN thread_id;
  `,
};
