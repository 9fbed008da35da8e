/**
 * Players, their deposits, and the double-entry ledger. What money may never do is a constraint here, so that a fault in
 * the service is a refused transaction and not a wrong balance.
 */
import type { Migration } from './migration';

export const ledger: Migration = {
  name: '0001-ledger',
  up: `
    -- Group roles belong to the whole server: another database or an administrator may have made them, or do so right now.
    -- They are looked for first, since even a vain CREATE ROLE needs CREATEROLE, which this owner may lack.
    DO $$
    DECLARE
      wanted text;
    BEGIN
      FOREACH wanted IN ARRAY ARRAY['recon_app', 'wallet_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
          BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
          EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
          END;
        END IF;
      END LOOP;
    END $$;

    -- A player belongs to one brand for ever.
    CREATE TABLE wallet.player (
      player_id text PRIMARY KEY,
      brand_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT player_in_brand UNIQUE (player_id, brand_id)
    );

    CREATE TABLE wallet.player_deposit (
      order_id text PRIMARY KEY,
      player_id text NOT NULL,
      brand_id text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0 AND amount_minor <= 9007199254740991),
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      account_tail text,
      payer_name text,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'cancelled', 'expired')),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT player_deposit_brand_of_player FOREIGN KEY (player_id, brand_id)
        REFERENCES wallet.player (player_id, brand_id)
    );
    -- What matching asks for: every pending deposit of this money, by account, in a window of time.
    CREATE INDEX player_deposit_pending ON wallet.player_deposit (currency, amount_minor, account_tail, created_at)
      WHERE status = 'pending';
    CREATE INDEX player_deposit_player ON wallet.player_deposit (player_id);

    -- clearing:<currency> is the money the house has seen arrive at its bank; player:<player>:<currency> is owed to a player.
    CREATE TABLE wallet.ledger_account (
      account_id text PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('clearing', 'player')),
      player_id text REFERENCES wallet.player (player_id),
      currency text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT ledger_account_currency UNIQUE (account_id, currency),
      CONSTRAINT ledger_account_name CHECK (
        CASE kind
          WHEN 'clearing' THEN player_id IS NULL AND account_id = 'clearing:' || currency
          ELSE player_id IS NOT NULL AND account_id = 'player:' || player_id || ':' || currency
        END
      )
    );

    -- All entries of one posting_id are one movement of money; the trigger below keeps debits and credits equal.
    CREATE SEQUENCE wallet.posting_id_seq;
    CREATE TABLE wallet.ledger_entry (
      entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      posting_id bigint NOT NULL,
      account_id text NOT NULL,
      side text NOT NULL CHECK (side IN ('debit', 'credit')),
      amount_minor bigint NOT NULL CHECK (amount_minor > 0 AND amount_minor <= 9007199254740991),
      currency text NOT NULL,
      order_id text NOT NULL REFERENCES wallet.player_deposit (order_id),
      sms_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT ledger_entry_account FOREIGN KEY (account_id, currency)
        REFERENCES wallet.ledger_account (account_id, currency),
      -- No deposit is credited twice, and no SMS pays twice.
      CONSTRAINT ledger_entry_once_by_order UNIQUE (order_id, side),
      CONSTRAINT ledger_entry_once_by_sms UNIQUE (sms_id, side)
    );
    CREATE INDEX ledger_entry_posting ON wallet.ledger_entry (posting_id);
    CREATE INDEX ledger_entry_account ON wallet.ledger_entry (account_id);

    CREATE FUNCTION wallet.refuse_unbalanced_posting() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.posting_id ELSE NEW.posting_id END;
    BEGIN
      IF EXISTS (
        SELECT FROM wallet.ledger_entry WHERE posting_id = touched GROUP BY currency
        HAVING sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0
      ) THEN
        RAISE EXCEPTION 'posting % is not balanced', touched
          USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balanced';
      END IF;
      RETURN NULL;
    END $$;
    -- At commit, once all entries of the posting are in.
    CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT OR UPDATE OR DELETE ON wallet.ledger_entry
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet.refuse_unbalanced_posting();

    -- The answer that a key got is kept here for ever: a refusal leaves no row, so the same key may succeed later.
    CREATE TABLE wallet.approval (
      order_id text PRIMARY KEY REFERENCES wallet.player_deposit (order_id),
      sms_id text NOT NULL CONSTRAINT approval_once_by_sms UNIQUE,
      idempotency_key text NOT NULL CONSTRAINT approval_once_by_key UNIQUE,
      ledger_entry_id bigint NOT NULL CONSTRAINT approval_once_by_entry UNIQUE REFERENCES wallet.ledger_entry (entry_id),
      amount_minor bigint NOT NULL,
      currency text NOT NULL,
      -- The brand that the request named; it differs from the deposit's only where the mode lets it.
      brand_id text NOT NULL,
      approved_at timestamptz NOT NULL DEFAULT now()
    );

    GRANT USAGE ON SCHEMA wallet TO wallet_app, recon_app;
    -- Recon reads deposits and nothing else here: the database itself keeps the rule of the single money writer.
    GRANT SELECT ON wallet.player_deposit TO recon_app;
    GRANT SELECT ON ALL TABLES IN SCHEMA wallet TO wallet_app;
    GRANT INSERT ON wallet.player, wallet.player_deposit, wallet.ledger_account TO wallet_app;
    GRANT UPDATE (status, updated_at) ON wallet.player_deposit TO wallet_app;
    REVOKE ALL ON FUNCTION wallet.refuse_unbalanced_posting() FROM PUBLIC;
  `,
  // The roles stay: they belong to the whole server, and other databases may use them.
  down: `
    DROP TABLE wallet.approval;
    DROP TABLE wallet.ledger_entry;
    DROP SEQUENCE wallet.posting_id_seq;
    DROP FUNCTION wallet.refuse_unbalanced_posting();
    DROP TABLE wallet.ledger_account;
    DROP TABLE wallet.player_deposit;
    DROP TABLE wallet.player;
    REVOKE USAGE ON SCHEMA wallet FROM wallet_app, recon_app;
  `,
};
