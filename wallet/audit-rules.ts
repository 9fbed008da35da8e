/**
 * What must never be true of the ledger. Each rule is asked of the rows as they are, and trusts no constraint, no trigger
 * and no other table more than it must: constraints can be dropped and rows restored from a backup.
 */
const RULES: Readonly<Record<string, string>> = {
  unbalanced_posting: `
    SELECT posting_id::text FROM wallet.ledger_entry GROUP BY posting_id, currency
    HAVING sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0`,
  order_credited_twice: `
    SELECT order_id FROM wallet.ledger_entry WHERE side = 'credit' GROUP BY order_id HAVING count(*) > 1`,
  sms_credited_twice: `
    SELECT sms_id FROM wallet.ledger_entry WHERE side = 'credit' GROUP BY sms_id HAVING count(*) > 1`,
  approved_deposit_without_credit: `
    SELECT order_id FROM wallet.player_deposit d WHERE status = 'approved' AND NOT EXISTS (
      SELECT FROM wallet.ledger_entry e WHERE e.order_id = d.order_id AND e.side = 'credit')`,
  credit_of_deposit_not_approved: `
    SELECT DISTINCT e.order_id FROM wallet.ledger_entry e LEFT JOIN wallet.player_deposit d USING (order_id)
    WHERE e.side = 'credit' AND d.status IS DISTINCT FROM 'approved'`,
  credit_differs_from_deposit: `
    SELECT e.order_id FROM wallet.ledger_entry e JOIN wallet.player_deposit d USING (order_id)
    WHERE e.side = 'credit' AND (e.amount_minor <> d.amount_minor OR e.currency <> d.currency
      OR e.account_id <> 'player:' || d.player_id || ':' || d.currency)`,
  credit_without_approval: `
    SELECT e.order_id FROM wallet.ledger_entry e WHERE e.side = 'credit' AND NOT EXISTS (
      SELECT FROM wallet.approval a WHERE a.ledger_entry_id = e.entry_id AND a.order_id = e.order_id
        AND a.sms_id = e.sms_id AND a.amount_minor = e.amount_minor AND a.currency = e.currency)`,
  approval_without_credit: `
    SELECT a.order_id FROM wallet.approval a WHERE NOT EXISTS (
      SELECT FROM wallet.ledger_entry e WHERE e.entry_id = a.ledger_entry_id AND e.side = 'credit'
        AND e.order_id = a.order_id)`,
  sums_differ: `
    SELECT currency FROM (
      SELECT currency, amount_minor AS deposited, 0 AS approved, 0 AS credited FROM wallet.player_deposit
        WHERE status = 'approved'
      UNION ALL SELECT currency, 0, amount_minor, 0 FROM wallet.approval
      UNION ALL SELECT currency, 0, 0, amount_minor FROM wallet.ledger_entry WHERE side = 'credit'
    ) AS parts GROUP BY currency
    HAVING sum(deposited) <> sum(approved) OR sum(approved) <> sum(credited)`,
};

/** All rules as one query of (rule, subject). */
export const VIOLATIONS = Object.entries(RULES)
  .map(([rule, sql]) => `SELECT '${rule}' AS rule, found.subject FROM (${sql}) AS found (subject)`)
  .join('\nUNION ALL ');
