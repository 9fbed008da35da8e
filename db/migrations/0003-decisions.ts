/** What was decided about an SMS, by machine or person, and what leaves the house because of it. */
import type { Migration } from './migration';

export const decisions: Migration = {
  name: '0003-decisions',
  up: `
    -- A released match stays as history; the partial unique indexes let the database decide races between live ones.
    CREATE TABLE recon_match (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      order_id text NOT NULL,
      attempt int NOT NULL,
      kind text NOT NULL CHECK (kind IN ('auto', 'manual', 'forced')),
      amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      brand_id text NOT NULL,
      template_id bigint,
      bank text,
      reference text,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      released_at timestamptz,
      release_reason text
    );
    CREATE UNIQUE INDEX recon_match_sms ON recon_match (sms_id) WHERE released_at IS NULL;
    CREATE UNIQUE INDEX recon_match_order ON recon_match (order_id) WHERE released_at IS NULL;
    CREATE UNIQUE INDEX recon_match_reference ON recon_match (bank, currency, reference)
      WHERE released_at IS NULL AND reference IS NOT NULL;
    CREATE INDEX recon_match_template_day ON recon_match (template_id, created_at) WHERE kind = 'auto' AND released_at IS NULL;
    CREATE INDEX recon_match_sms_history ON recon_match (sms_id);

    -- Committed before the first byte goes to the wallet; released_at of its match stays null until the wallet has refused.
    CREATE TABLE recon_handoff (
      match_id bigint PRIMARY KEY REFERENCES recon_match (id),
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      order_id text NOT NULL,
      idempotency_key text NOT NULL,
      state text NOT NULL CHECK (state IN ('started', 'approved', 'refused', 'unknown')),
      tries int NOT NULL DEFAULT 0,
      last_fault text,
      -- The wallet asked for a pause (Retry-After): not before this.
      ask_after timestamptz,
      refusal_code text,
      ledger_entry_id text,
      started_at timestamptz NOT NULL DEFAULT now(),
      answered_at timestamptz,
      updated_at timestamptz NOT NULL DEFAULT now(),
      CHECK (state <> 'approved' OR ledger_entry_id IS NOT NULL),
      CHECK (state <> 'refused' OR refusal_code IS NOT NULL)
    );
    CREATE INDEX recon_handoff_sms ON recon_handoff (sms_id);
    CREATE INDEX recon_handoff_unsettled ON recon_handoff (state) WHERE state IN ('started', 'unknown');

    -- Inputs and outcome of one automatic decision.
    CREATE TABLE recon_decision (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      attempt int NOT NULL,
      step text NOT NULL,
      outcome text NOT NULL,
      detail jsonb NOT NULL DEFAULT '{}',
      decided_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX recon_decision_sms ON recon_decision (sms_id);

    -- What a person asked for: committed before the workflow is told, so that a signal by hand finds nothing here.
    CREATE TABLE recon_review (
      review_id text PRIMARY KEY CHECK (length(review_id) BETWEEN 1 AND 100),
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      attempt int NOT NULL,
      command text NOT NULL CHECK (command IN ('approve', 'reject', 'abandon', 'retry', 'undo', 'confirm', 'note', 'reset', 'rerun')),
      order_id text,
      start_at text CHECK (start_at IN ('whitelist', 'parse', 'match', 'wallet')),
      remark text,
      reviewer text NOT NULL,
      brand_id text,
      undo_seconds int NOT NULL DEFAULT 0 CHECK (undo_seconds BETWEEN 0 AND 3600),
      created_at timestamptz NOT NULL DEFAULT now(),
      effect text CHECK (effect IN ('applied', 'refused')),
      effect_code text,
      effect_message text,
      effect_status text,
      effect_at timestamptz,
      delivered_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX recon_review_sms ON recon_review (sms_id);
    CREATE INDEX recon_review_undelivered ON recon_review (delivered_at) WHERE effect IS NULL;

    CREATE TABLE recon_audit (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      actor text NOT NULL,
      by_person boolean NOT NULL,
      action text NOT NULL,
      sms_id bigint,
      subject text,
      reason text,
      before jsonb,
      after jsonb
    );
    CREATE INDEX recon_audit_sms ON recon_audit (sms_id) WHERE sms_id IS NOT NULL;
    -- The hash chain over human actions lives beside the log, so that the log itself needs no UPDATE.
    CREATE TABLE recon_audit_seal (
      seq bigint PRIMARY KEY,
      audit_id bigint NOT NULL UNIQUE REFERENCES recon_audit (id),
      previous_hash text NOT NULL,
      hash text NOT NULL,
      sealed_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE recon_cursor (
      name text PRIMARY KEY,
      value jsonb NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE recon_outbox (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      key text NOT NULL UNIQUE,
      topic text NOT NULL,
      payload jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      next_try_at timestamptz NOT NULL DEFAULT now(),
      tries int NOT NULL DEFAULT 0,
      last_fault text,
      sent_at timestamptz
    );
    CREATE INDEX recon_outbox_due ON recon_outbox (next_try_at, id) WHERE sent_at IS NULL;

    -- Ids of signed hooks: the same id and body get the first answer, another body is refused.
    CREATE TABLE recon_hook_message (
      channel text NOT NULL,
      webhook_id text NOT NULL,
      body_hash text NOT NULL,
      sms_id bigint NOT NULL REFERENCES shooter_sms (id),
      received_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (channel, webhook_id)
    );

    GRANT SELECT, INSERT, UPDATE ON recon_match, recon_handoff, recon_review, recon_cursor, recon_outbox TO recon_app;
    GRANT DELETE ON recon_outbox, recon_hook_message TO recon_app;
    GRANT SELECT, INSERT ON recon_decision, recon_audit, recon_audit_seal, recon_hook_message TO recon_app;
  `,
  down: `
    DROP TABLE recon_hook_message;
    DROP TABLE recon_outbox;
    DROP TABLE recon_cursor;
    DROP TABLE recon_audit_seal;
    DROP TABLE recon_audit;
    DROP TABLE recon_review;
    DROP TABLE recon_decision;
    DROP TABLE recon_handoff;
    DROP TABLE recon_match;
  `,
};
