import assert from 'node:assert/strict';
import { auditMoney, type MoneyAudit } from '../../cli/audit/audit-money';
import { FINDINGS } from '../../cli/audit/findings';
import { createWalletBooks, type WalletBooks } from '../../cli/audit/wallet-books';
import { migrateUp } from '../../db/migrate';
import type { Db } from '../../db/query';
import { createKnex } from '../../service/postgres';
import { sealAudit } from '../../worker/loops/seal-audit';
import { seedSms } from '../support/api';
import { asOwner, loginAs, startTestPostgres, type TestPostgres } from '../support/postgres';
import { migratedDatabase, startTestWallet, WALLET_TOKENS, type TestWallet } from '../support/wallet';

/** Without constraints, as after a careless restore. */
const UNGUARDED = `
  SET session_replication_role = replica;
  ALTER TABLE wallet.ledger_entry DROP CONSTRAINT ledger_entry_once_by_order, DROP CONSTRAINT ledger_entry_once_by_sms;
  ALTER TABLE shooter_sms DROP CONSTRAINT shooter_sms_status_check;
  DROP INDEX recon_match_sms; DROP INDEX recon_match_order; DROP INDEX recon_match_reference;`;

const copyMatch = (changes: string) => `INSERT INTO recon_match
  (sms_id, order_id, attempt, kind, amount_minor, currency, brand_id, bank, reference, created_by)
  SELECT ${changes}, attempt, kind, amount_minor, currency, brand_id, bank, reference, created_by FROM recon_match WHERE order_id = 'o-1'`;
const copyCredit = (order: string, sms: string) => `INSERT INTO wallet.ledger_entry
  (posting_id, account_id, side, amount_minor, currency, order_id, sms_id)
  SELECT 999, account_id, side, amount_minor, currency, ${order}, ${sms} FROM wallet.ledger_entry WHERE order_id = 'o-1'`;

/** Kinds beside `wallet_rule_broken`, which the wallet's own tests hold to account; `?`: what else follows from it. */
const TAMPERINGS: readonly (readonly [what: string, sql: string, kinds: readonly string[]])[] = [
  ['an SMS whose row is gone', `DELETE FROM shooter_sms WHERE status = 'not_whitelisted'`, ['sms_lost']],
  ['an SMS in no bucket', `UPDATE shooter_sms SET status = 'elsewhere' WHERE status = 'not_whitelisted'`, ['sms_lost']],
  [
    'an approved SMS without its credit',
    `DELETE FROM wallet.ledger_entry; DELETE FROM wallet.approval`,
    ['approved_without_credit'],
  ],
  [
    'a credit of an SMS that went back to review',
    `UPDATE shooter_sms SET status = 'awaiting_review', review_reason = 'unmatched' WHERE order_id = 'o-1'`,
    ['credit_without_approval', 'handoff_unrecorded'],
  ],
  [
    'a credit of an SMS that a restore took away',
    `DELETE FROM recon_handoff WHERE order_id = 'o-1'; DELETE FROM recon_match WHERE order_id = 'o-1';
     DELETE FROM shooter_sms_sighting g USING shooter_sms s WHERE s.id = g.sms_id AND s.order_id = 'o-1';
     DELETE FROM shooter_sms WHERE order_id = 'o-1'`,
    ['approved_not_by_recon', 'credit_without_sms'],
  ],
  ['a deposit credited twice', copyCredit(`order_id`, `'9999'`), ['credit_without_sms', 'order_credited_twice']],
  ['an SMS credited twice', copyCredit(`'o-2'`, `sms_id`), ['credit_without_approval', 'sms_credited_twice']],
  ['a credit of another amount', `UPDATE wallet.ledger_entry SET amount_minor = amount_minor + 1`, ['amount_mismatch']],
  [
    'an SMS of another amount than its match',
    `UPDATE shooter_sms SET amount_minor = amount_minor + 1 WHERE order_id = 'o-1'`,
    ['amount_mismatch'],
  ],
  [
    'a deposit that was changed under its match',
    `UPDATE wallet.player_deposit SET amount_minor = 5, currency = 'USD', brand_id = 'south' WHERE order_id = 'o-1'`,
    ['amount_mismatch', 'brand_mismatch', 'currency_mismatch'],
  ],
  [
    "an approval under another brand than the deposit's",
    `UPDATE wallet.approval SET brand_id = 'south'`,
    ['brand_mismatch'],
  ],
  [
    'an SMS under another brand than its match',
    `UPDATE shooter_sms SET brand_id = 'south' WHERE order_id = 'o-1'`,
    ['brand_mismatch'],
  ],
  [
    'a handoff that names another ledger entry',
    `UPDATE recon_handoff SET ledger_entry_id = '4711' WHERE order_id = 'o-1'`,
    ['ledger_entry_mismatch'],
  ],
  ['an approval under another key', `UPDATE wallet.approval SET idempotency_key = 'mine'`, ['key_mismatch']],
  ['a handoff under another key', `UPDATE recon_handoff SET idempotency_key = 'mine'`, ['key_mismatch']],
  [
    'an approved SMS whose match was released',
    `UPDATE recon_match SET released_at = now() WHERE order_id = 'o-1'`,
    ['approved_not_by_recon?', 'credit_without_approval?', 'handoff_missing', 'match_missing', 'released_while_open'],
  ],
  [
    'a match released while the wallet has not answered',
    `UPDATE recon_match SET released_at = now() WHERE order_id = 'o-2'`,
    ['handoff_missing', 'match_missing', 'released_while_open'],
  ],
  [
    'a closed SMS that holds a deposit',
    `UPDATE shooter_sms SET status = 'abandoned' WHERE order_id = 'o-2'`,
    ['match_left_behind'],
  ],
  [
    'two live matches of one SMS',
    copyMatch(`sms_id, 'o-3'`),
    ['amount_mismatch?', 'currency_mismatch?', 'handoff_missing?', 'two_live_matches'],
  ],
  [
    'two live matches of one deposit',
    copyMatch(`(SELECT id FROM shooter_sms WHERE order_id = 'o-2'), order_id`),
    ['amount_mismatch?', 'currency_mismatch?', 'handoff_missing?', 'two_live_matches'],
  ],
  ['an SMS with the wallet without a handoff', `DELETE FROM recon_handoff WHERE order_id = 'o-2'`, ['handoff_missing']],
  [
    'an approved SMS whose handoff does not say so',
    `UPDATE recon_handoff SET state = 'unknown' WHERE order_id = 'o-1'`,
    ['handoff_missing'],
  ],
  [
    'an approved SMS whose deposit was set to pending again',
    `UPDATE wallet.player_deposit SET status = 'pending' WHERE order_id = 'o-1'`,
    ['deposit_not_approved'],
  ],
  [
    'an entry of the log that was rewritten',
    `UPDATE recon_audit SET actor = 'somebody else' WHERE action = 'sms.note'`,
    ['audit_seal_broken'],
  ],
  ['an entry of the log that was removed', `DELETE FROM recon_audit WHERE action = 'sms.note'`, ['audit_seal_broken']],
  ['a seal that was removed', `DELETE FROM recon_audit_seal WHERE seq = 1`, ['audit_seal_broken']],
];

describe('the auditor', function () {
  this.timeout(60_000);
  let postgres: TestPostgres;
  let template: string;
  let opened: Copy[] = [];
  before(async () => {
    postgres = await startTestPostgres();
    template = await bookWithOneCredit(postgres);
  });
  afterEach(async () => {
    for (const copy of opened) await copy.close();
    opened = [];
  });
  after(() => postgres.stop());

  async function openCopy(sql = ''): Promise<Copy> {
    const databaseUrl = await postgres.createDatabase(template);
    if (sql !== '') await asOwner(databaseUrl, `${UNGUARDED} ${sql}`);
    const copy = await open(databaseUrl);
    opened.push(copy);
    return copy;
  }

  it('finds nothing where nothing is wrong, and counts every SMS in one bucket', async () => {
    const { books, recon } = await openCopy();
    const audit = await auditMoney({ recon, wallet: books });
    assert.deepEqual(audit.findings, []);
    assert.equal(audit.ok, true);
    assert.deepEqual(audit.conservation, { received: 4, approved: 1, review: 1, closed: 1, open: 1, lost: 0 });
    assert.deepEqual([audit.creditCount, audit.doubleCredits, audit.readFrom], [1, 0, 'list']);
    assert.equal(audit.walletAudit?.creditCount, 1);
  });

  it('reads the ledger itself where the login may', async () => {
    const { books, owner } = await openCopy();
    const audit = await auditMoney({ recon: owner, wallet: books });
    assert.deepEqual([audit.ok, audit.readFrom, audit.creditCount], [true, 'ledger', 1]);
  });

  it('looks deposits up one by one where a wallet cannot list its credits', async () => {
    const { books, recon } = await openCopy();
    const plain: WalletBooks = { ...books, credits: () => Promise.resolve(null), audit: () => Promise.resolve(null) };
    const audit = await auditMoney({ recon, wallet: plain });
    assert.deepEqual([audit.ok, audit.readFrom, audit.creditCount], [true, 'deposits', 1]);
  });

  it('expects the credit of an SMS whose answer has not been recorded yet', async () => {
    const { wallet, books, recon } = await openCopy();
    const [{ sms_id }] = (await asOwner(
      wallet.databaseUrl,
      `SELECT sms_id::text FROM recon_handoff WHERE order_id = 'o-2'`,
    )) as [{ sms_id: string }];
    const reply = await wallet.approve({
      order_id: 'o-2',
      sms_id,
      amount_minor: 500,
      currency: 'JPY',
      brand_id: 'north',
    });
    assert.equal(reply.status, 200);
    const audit = await auditMoney({ recon, wallet: books });
    assert.deepEqual([audit.findings, audit.creditCount], [[], 2]);
  });

  it('notices a deposit that was approved by hand, without calling it a fault', async () => {
    const { books, recon } = await openCopy(
      `UPDATE wallet.player_deposit SET status = 'approved' WHERE order_id = 'o-3'`,
    );
    const audit = await auditMoney({ recon, wallet: { ...books, audit: () => Promise.resolve(null) } });
    assert.deepEqual(
      audit.findings.map(({ kind, orderId }) => [kind, orderId]),
      [['approved_not_by_recon', 'o-3']],
    );
    assert.equal(audit.ok, true);
  });

  it('sees a wallet that lists other credits than its ledger holds', async () => {
    const { books, owner } = await openCopy();
    const audit = await auditMoney({ recon: owner, wallet: { ...books, credits: () => Promise.resolve([]) } });
    assert.deepEqual(
      audit.findings.map(({ kind }) => kind),
      ['wallet_reports_otherwise'],
    );
  });

  it('says what it could not read', async () => {
    const { recon } = await openCopy();
    const nobody = createWalletBooks({ baseUrl: 'http://127.0.0.1:1', caller: 'recon', token: 'token-of-recon-0001' });
    await assert.rejects(auditMoney({ recon, wallet: nobody }), /did not answer GET .*WALLET_SERVICE_URL/);
  });

  it('passes on what the wallet finds in itself', async () => {
    const { books, recon } = await openCopy(`DELETE FROM wallet.approval`);
    const { findings, ok } = await auditMoney({ recon, wallet: books });
    const rules = findings.filter(({ kind }) => kind === 'wallet_rule_broken').map(({ detail }) => detail);
    assert.ok(rules.includes('credit_without_approval: o-1'), rules.join(', '));
    assert.equal(ok, false);
  });

  for (const [what, sql, kinds] of TAMPERINGS)
    it(`finds ${what}`, async () => {
      const { books, recon } = await openCopy(sql);
      const audit = await auditMoney({ recon, wallet: books });
      const found = new Set(audit.findings.map(({ kind }) => kind));
      found.delete('wallet_rule_broken');
      const optional = new Set(kinds.filter((kind) => kind.endsWith('?')).map((kind) => kind.slice(0, -1)));
      assert.deepEqual(
        [...found].filter((kind) => !optional.has(kind)).sort(),
        kinds.filter((kind) => !kind.endsWith('?')),
        describeFindings(audit),
      );
      assert.equal(audit.ok, false);
    });

  it('has a test for each of its findings', () => {
    const tested = new Set(TAMPERINGS.flatMap(([, , kinds]) => kinds));
    const elsewhere = ['wallet_rule_broken', 'wallet_reports_otherwise', 'approved_not_by_recon', 'currency_mismatch'];
    const untested = Object.keys(FINDINGS).filter((kind) => !tested.has(kind) && !elsewhere.includes(kind));
    assert.deepEqual(untested, []);
  });
});

function describeFindings({ findings }: MoneyAudit): string {
  return findings
    .map(({ kind, smsId, orderId, detail }) => `${kind} ${smsId ?? '-'} ${orderId ?? '-'} ${detail}`)
    .join('\n');
}

interface Copy {
  readonly wallet: TestWallet;
  readonly books: WalletBooks;
  readonly recon: Db;
  readonly owner: Db;
  close(): Promise<void>;
}

async function open(databaseUrl: string): Promise<Copy> {
  const wallet = await startTestWallet({ databaseUrl });
  const recon = createKnex({
    url: await loginAs(databaseUrl, 'recon_app'),
    applicationName: 'test-audit',
    poolSize: 2,
  });
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 2 });
  const token = WALLET_TOKENS.byCaller.get('recon')?.[0] ?? '';
  return {
    wallet,
    recon,
    owner,
    books: createWalletBooks({ baseUrl: wallet.url, caller: 'recon', token }),
    async close() {
      await recon.destroy();
      await owner.destroy();
      await wallet.stop();
    },
  };
}

/** One SMS approved and credited, one with the wallet, one in review, one closed; and a sealed log. Nobody stays connected. */
async function bookWithOneCredit(postgres: TestPostgres): Promise<string> {
  const databaseUrl = await migratedDatabase(postgres);
  const owner = createKnex({ url: databaseUrl, applicationName: 'test-owner', poolSize: 2 });
  await migrateUp(owner);
  const wallet = await startTestWallet({ databaseUrl });
  const paid = await wallet.deposit({ order_id: 'o-1', amount_minor: 1_000 });
  await wallet.deposit({ order_id: 'o-2', amount_minor: 500, currency: 'JPY' });
  await wallet.deposit({ order_id: 'o-3', amount_minor: 500, currency: 'JPY' });

  const matched = { step: 'wallet', brand_id: 'north', brand_origin: 'match', match_kind: 'auto' };
  const first = await seedSms(owner, {
    ...matched,
    status: 'approved',
    order_id: 'o-1',
    amount_minor: 1_000,
    currency: 'EUR',
  });
  const second = await seedSms(owner, {
    ...matched,
    status: 'approving',
    order_id: 'o-2',
    amount_minor: 500,
    currency: 'JPY',
  });
  await seedSms(owner, { status: 'awaiting_review', review_reason: 'parse_failed', step: 'parse' });
  await seedSms(owner, { status: 'not_whitelisted' });
  const { json } = await wallet.approve({ ...paid, sms_id: String(first) });
  const handOver = async (smsId: number, orderId: string, amount: number, currency: string, answer: object) => {
    const [{ id }] = (await owner('recon_match')
      .insert({
        sms_id: smsId,
        order_id: orderId,
        attempt: 1,
        kind: 'auto',
        amount_minor: amount,
        currency,
        brand_id: 'north',
        created_by: 'machine',
      })
      .returning('id')) as [{ id: number }];
    const key = `recon:${orderId}:${smsId}`;
    await owner('recon_handoff').insert({
      match_id: id,
      sms_id: smsId,
      order_id: orderId,
      idempotency_key: key,
      ...answer,
    });
  };
  await handOver(first, 'o-1', 1_000, 'EUR', { state: 'approved', ledger_entry_id: json['ledger_entry_id'] });
  await handOver(second, 'o-2', 500, 'JPY', { state: 'started' });

  for (const action of ['sms.note', 'phone.add'])
    await owner('recon_audit').insert({ at: new Date(Date.now() - 60_000), actor: 'rita', by_person: true, action });
  assert.equal(await sealAudit(owner), 2);
  await owner.destroy();
  await wallet.stop();
  return databaseUrl;
}
