/** The SMS, its sightings, the whitelist, devices and templates. */
import { REVIEW_REASONS, SMS_STATUSES, SOURCES, STEPS } from '../../domain/sms';
import type { Migration } from './migration';

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');

export const sms: Migration = {
  name: '0002-sms',
  up: `
    CREATE TABLE shooter_phone (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sender text NOT NULL,
      sender_normal text NOT NULL,
      label text NOT NULL DEFAULT '',
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      deleted_at timestamptz
    );
    CREATE UNIQUE INDEX shooter_phone_listed ON shooter_phone (sender_normal) WHERE deleted_at IS NULL;

    CREATE TABLE shooter_template_recharge (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      current_version int NOT NULL DEFAULT 1,
      enabled boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      deleted_at timestamptz
    );
    CREATE UNIQUE INDEX shooter_template_recharge_name ON shooter_template_recharge (name) WHERE deleted_at IS NULL;
    -- Versions are kept for ever: an SMS names the one that parsed it.
    CREATE TABLE shooter_template_recharge_version (
      template_id bigint NOT NULL REFERENCES shooter_template_recharge (id),
      version int NOT NULL,
      definition jsonb NOT NULL,
      daily_limit_minor bigint CHECK (daily_limit_minor BETWEEN 1 AND 9007199254740991),
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      PRIMARY KEY (template_id, version)
    );

    CREATE TABLE shooter_device (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      source text NOT NULL CHECK (source IN (${list(SOURCES)})),
      source_account text NOT NULL,
      external_id text NOT NULL,
      name text NOT NULL DEFAULT '',
      line text,
      trusted boolean NOT NULL DEFAULT false,
      trusted_by text,
      trusted_at timestamptz,
      first_seen_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz
    );
    CREATE UNIQUE INDEX shooter_device_identity ON shooter_device (source, source_account, external_id) WHERE deleted_at IS NULL;

    CREATE TABLE shooter_sms (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      source text NOT NULL CHECK (source IN (${list(SOURCES)})),
      source_account text NOT NULL,
      device_id bigint REFERENCES shooter_device (id),
      sender text NOT NULL,
      sender_normal text NOT NULL,
      body text,
      body_erased_at timestamptz,
      received_at timestamptz NOT NULL,
      ingested_at timestamptz NOT NULL DEFAULT now(),
      line text NOT NULL,
      fingerprint text NOT NULL,
      status text NOT NULL CHECK (status IN (${list(SMS_STATUSES)})),
      step text NOT NULL DEFAULT 'whitelist' CHECK (step IN (${list(STEPS)})),
      review_reason text CHECK (review_reason IN (${list(REVIEW_REASONS)})),
      phone_id bigint REFERENCES shooter_phone (id),
      template_id bigint,
      template_version int,
      bank text,
      amount_minor bigint CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
      currency text CHECK (currency ~ '^[A-Z]{3}$'),
      account_tail text,
      payer_name text,
      reference text,
      balance_minor bigint CHECK (balance_minor BETWEEN -9007199254740991 AND 9007199254740991),
      occurred_at timestamptz,
      brand_id text,
      brand_origin text CHECK (brand_origin IN ('backfill', 'match')),
      order_id text,
      match_kind text CHECK (match_kind IN ('auto', 'manual', 'forced')),
      check_status text NOT NULL DEFAULT 'unchecked' CHECK (check_status IN ('unchecked', 'approved', 'rejected', 'abandoned', 'retried')),
      checked_by text,
      checked_at timestamptz,
      remark text,
      attempt int NOT NULL DEFAULT 1 CHECK (attempt >= 1),
      auto_hold text CHECK (auto_hold IN ('possible_duplicate', 'person_decided')),
      duplicate_of bigint REFERENCES shooter_sms (id),
      waiting_since timestamptz,
      wait_until timestamptz,
      pending_verdict text CHECK (pending_verdict IN ('approve', 'reject', 'abandon')),
      undo_until timestamptz,
      workflow_id text NOT NULL GENERATED ALWAYS AS ('sms-' || id::text) STORED,
      run_started_at timestamptz,
      run_checked_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      FOREIGN KEY (template_id, template_version) REFERENCES shooter_template_recharge_version (template_id, version),
      CHECK ((amount_minor IS NULL) = (currency IS NULL)),
      CHECK ((brand_id IS NULL) = (brand_origin IS NULL)),
      CHECK ((status = 'awaiting_review') <= (review_reason IS NOT NULL)),
      CHECK (status <> 'approved' OR (order_id IS NOT NULL AND brand_id IS NOT NULL))
    );
    CREATE INDEX shooter_sms_fingerprint ON shooter_sms (fingerprint, received_at);
    CREATE INDEX shooter_sms_status ON shooter_sms (status, id);
    CREATE INDEX shooter_sms_reason ON shooter_sms (review_reason, id) WHERE status = 'awaiting_review';
    CREATE INDEX shooter_sms_source ON shooter_sms (source, id);
    CREATE INDEX shooter_sms_brand ON shooter_sms (brand_id, id) WHERE brand_id IS NOT NULL;
    CREATE INDEX shooter_sms_ingested ON shooter_sms (ingested_at);
    CREATE INDEX shooter_sms_sender ON shooter_sms (sender_normal, id);
    CREATE INDEX shooter_sms_order ON shooter_sms (order_id) WHERE order_id IS NOT NULL;
    -- The sweeper's column: an open row whose run was last seen the longest ago comes first.
    CREATE INDEX shooter_sms_run_checked ON shooter_sms (run_checked_at)
      WHERE status NOT IN ('not_whitelisted', 'not_a_credit', 'approved', 'rejected', 'abandoned');
    -- Standing SMS of one money: rivals for a deposit, and who is woken when a deposit arrives.
    CREATE INDEX shooter_sms_unmatched ON shooter_sms (currency, amount_minor)
      WHERE status IN ('waiting_for_deposit', 'awaiting_review') AND order_id IS NULL;
    CREATE INDEX shooter_sms_held ON shooter_sms (device_id) WHERE status = 'held_untrusted_device';

    CREATE TABLE shooter_sms_sighting (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      source text NOT NULL CHECK (source IN (${list(SOURCES)})),
      source_account text NOT NULL,
      device_id bigint REFERENCES shooter_device (id),
      message_id text,
      received_at timestamptz NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT now(),
      trusted boolean NOT NULL,
      body_hash text NOT NULL,
      delivery_key text NOT NULL UNIQUE
    );
    CREATE INDEX shooter_sms_sighting_sms ON shooter_sms_sighting (sms_id);
    CREATE INDEX shooter_sms_sighting_message ON shooter_sms_sighting (source, source_account, message_id, device_id)
      WHERE message_id IS NOT NULL;

    GRANT SELECT, INSERT, UPDATE ON shooter_phone, shooter_template_recharge, shooter_device, shooter_sms TO recon_app;
    GRANT SELECT, INSERT ON shooter_template_recharge_version, shooter_sms_sighting TO recon_app;
  `,
  down: `
    DROP TABLE shooter_sms_sighting;
    DROP TABLE shooter_sms;
    DROP TABLE shooter_device;
    DROP TABLE shooter_template_recharge_version;
    DROP TABLE shooter_template_recharge;
    DROP TABLE shooter_phone;
  `,
};
