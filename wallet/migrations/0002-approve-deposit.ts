/**
 * The one way that money is written: claim, both entries and the approval in one statement of the service, so one round
 * trip with cached plans. It runs with the owner's rights, since the service's own role may not write the ledger at all.
 * It only ever approves or does nothing; why it did nothing is worked out by the service, outside of any lock.
 */
import type { Migration } from './migration';

export const approveDeposit: Migration = {
  name: '0002-approve-deposit',
  up: `
    -- gate_open is false while another request with this key is at work; entry_id is null where nothing was approved.
    -- required_brand is null where the mode lets the request's brand differ from the deposit's.
    CREATE FUNCTION wallet.approve_deposit(
      given_order_id text, given_sms_id text, given_key text, given_amount_minor bigint, given_currency text,
      given_brand_id text, required_brand_id text,
      OUT gate_open boolean, OUT entry_id bigint, OUT deposit_brand_id text
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
      deposit wallet.player_deposit;
      posting bigint;
    BEGIN
      gate_open := pg_try_advisory_xact_lock(hashtextextended('wallet:approve:' || given_key, 0));
      IF NOT gate_open THEN RETURN; END IF;

      UPDATE wallet.player_deposit SET status = 'approved', updated_at = now()
        WHERE order_id = given_order_id AND status = 'pending'
          AND amount_minor = given_amount_minor AND currency = given_currency
          AND (required_brand_id IS NULL OR brand_id = required_brand_id)
        RETURNING * INTO deposit;
      IF NOT FOUND THEN RETURN; END IF;
      deposit_brand_id := deposit.brand_id;

      posting := nextval('wallet.posting_id_seq');
      INSERT INTO wallet.ledger_entry (posting_id, account_id, side, amount_minor, currency, order_id, sms_id)
        VALUES (posting, 'clearing:' || deposit.currency, 'debit', deposit.amount_minor, deposit.currency,
          deposit.order_id, given_sms_id);
      INSERT INTO wallet.ledger_entry (posting_id, account_id, side, amount_minor, currency, order_id, sms_id)
        VALUES (posting, 'player:' || deposit.player_id || ':' || deposit.currency, 'credit', deposit.amount_minor,
          deposit.currency, deposit.order_id, given_sms_id)
        RETURNING ledger_entry.entry_id INTO entry_id;
      INSERT INTO wallet.approval
        (order_id, sms_id, idempotency_key, ledger_entry_id, amount_minor, currency, brand_id)
        VALUES (deposit.order_id, given_sms_id, given_key, entry_id, deposit.amount_minor, deposit.currency,
          given_brand_id);
    END $$;

    REVOKE ALL ON FUNCTION wallet.approve_deposit(text, text, text, bigint, text, text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION wallet.approve_deposit(text, text, text, bigint, text, text, text) TO wallet_app;
  `,
  down: `DROP FUNCTION wallet.approve_deposit(text, text, text, bigint, text, text, text);`,
};
