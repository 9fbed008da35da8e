/**
 * The common delivery, in one round trip: an SMS that nothing else here bears on. The function only ever takes in or does
 * nothing; whatever is not plainly new is weighed by the service, under the same lock taken anew.
 */
import type { Migration } from './migration';

export const takeIn: Migration = {
  name: '0005-take-in',
  up: `
    -- Under READ COMMITTED each statement of a volatile function sees what is committed when it begins: what is looked for
    -- after the lock is as it stands once the lock is held, just as with statements of a transaction.
    CREATE FUNCTION recon_take_in(
      lock_key text, given_source text, given_account text, given_message_id text, given_sender text,
      given_sender_normal text, given_body text, given_received_at timestamptz, given_line text, given_fingerprint text,
      given_delivery_key text, given_body_hash text, given_hook_channel text, given_webhook_id text,
      given_hook_body_hash text, doubt interval
    ) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
    DECLARE
      new_id bigint;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended(lock_key, 0));
      IF EXISTS (SELECT FROM recon_hook_message h WHERE h.channel = given_hook_channel AND h.webhook_id = given_webhook_id)
        OR EXISTS (SELECT FROM shooter_sms_sighting g WHERE g.delivery_key = given_delivery_key)
        OR EXISTS (SELECT FROM shooter_sms_sighting g WHERE g.source = given_source AND g.source_account = given_account
          AND g.message_id = given_message_id AND g.device_id IS NULL)
        OR EXISTS (SELECT FROM shooter_sms s WHERE s.fingerprint = given_fingerprint
          AND s.received_at BETWEEN given_received_at - doubt AND given_received_at + doubt)
      THEN RETURN NULL; END IF;

      INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, line, fingerprint, status)
        VALUES (given_source, given_account, given_sender, given_sender_normal, given_body, given_received_at, given_line,
          given_fingerprint, 'received')
        RETURNING id INTO new_id;
      INSERT INTO shooter_sms_sighting
        (sms_id, source, source_account, message_id, received_at, trusted, body_hash, delivery_key)
        VALUES (new_id, given_source, given_account, given_message_id, given_received_at, true, given_body_hash,
          given_delivery_key);
      IF given_hook_channel IS NOT NULL THEN
        INSERT INTO recon_hook_message (channel, webhook_id, body_hash, sms_id)
          VALUES (given_hook_channel, given_webhook_id, given_hook_body_hash, new_id);
      END IF;
      RETURN new_id;
    END $$;
    REVOKE ALL ON FUNCTION recon_take_in FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION recon_take_in TO recon_app;
  `,
  down: `DROP FUNCTION recon_take_in;`,
};
