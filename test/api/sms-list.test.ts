import assert from 'node:assert/strict';
import { SEARCH_WINDOW } from '../../db/read/sms-list';
import { PARSED, seedDeposit, seedSms, SHOOTER, startTestApi, type TestApi } from '../support/api';

const at = (day: number) => new Date(Date.UTC(2026, 0, day, 12));

describe('the list of SMS', function () {
  this.timeout(60_000);
  let api: TestApi;
  const ids: Record<string, number> = {};
  before(async () => {
    api = await startTestApi();
    const { owner } = api;
    ids['received'] = await seedSms(owner, { ingested_at: at(1) });
    ids['unmatched'] = await seedSms(owner, { ...PARSED, ingested_at: at(2), payer_name: 'Maria da Silva' });
    ids['ambiguous'] = await seedSms(owner, {
      ...PARSED,
      review_reason: 'ambiguous',
      ingested_at: at(3),
      source: 'telegram',
      reference: 'ABC123XYZ',
    });
    ids['held'] = await seedSms(owner, { status: 'held_untrusted_device', ingested_at: at(4) });
    ids['pending'] = await seedSms(owner, {
      ...PARSED,
      status: 'decision_pending',
      pending_verdict: 'reject',
      ingested_at: at(5),
    });
    ids['closed'] = await seedSms(owner, {
      status: 'not_whitelisted',
      sender: 'VM-OTHERB-S',
      sender_normal: 'OTHERB',
      body: '100% free_of charge',
      ingested_at: at(6),
    });
    ids['approved'] = await seedSms(owner, {
      ...PARSED,
      status: 'approved',
      step: 'wallet',
      order_id: await seedDeposit(owner, { order_id: 'order-777' }),
      brand_id: 'north',
      brand_origin: 'match',
      match_kind: 'auto',
      ingested_at: at(7),
    });
  });
  after(() => api.stop());

  const found = async (query: string): Promise<string[]> => {
    const reply = await api.get(`${SHOOTER}/sms/list?${query}`);
    assert.equal(reply.status, 200, reply.text);
    const items = reply.json['items'] as { id: number }[];
    return items.map(({ id }) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? String(id));
  };

  const QUERIES: readonly [query: string, names: string[]][] = [
    ['', ['approved', 'closed', 'pending', 'held', 'ambiguous', 'unmatched', 'received']],
    ['status=awaiting_review', ['ambiguous', 'unmatched']],
    ['status=approved,received', ['approved', 'received']],
    ['need_check=true', ['held', 'ambiguous', 'unmatched']],
    ['need_check=false', ['approved', 'closed', 'pending', 'received']],
    ['reason=unmatched', ['unmatched']],
    ['source=telegram', ['ambiguous']],
    ['brand_id=north', ['approved']],
    ['brand_id=south', []],
    ['from=2026-01-06T12:00:00Z', ['approved', 'closed']],
    ['to=2026-01-02T12:00:00Z', ['received']],
    ['from=2026-01-02T00:00:00%2B00:00&to=2026-01-04T00:00:00Z', ['ambiguous', 'unmatched']],
    ['from=2030-01-01T00:00:00Z', []],
    ['need_check=true&from=2026-01-03T00:00:00Z&limit=1', ['held']],
    ['q=order-777', ['approved']],
    ['q=abc123xyz', ['ambiguous']],
    ['q=abc%20123%20xyz', ['ambiguous']],
    ['q=da%20silva', ['unmatched']],
    ['q=OTHERB', ['closed']],
    ['q=vm-otherb-s', ['closed']],
    ['q=100%25%20free', ['closed']],
    ['q=0%25%20f', ['closed']],
    ['q=e_o', ['closed']],
    ['q=a%25text', []],
    ['q=a%20text&source=telegram', ['ambiguous']],
    ['q=nothing%20like%20it', []],
    ['q=%27%3B%20DROP%20TABLE%20shooter_sms', []],
  ];
  for (const [query, names] of QUERIES)
    it(`?${query} gives ${names.join(', ') || 'nothing'}`, async () => assert.deepEqual(await found(query), names));

  it('an id finds its SMS first', async () => {
    assert.equal((await found(`q=${String(ids['held'])}`))[0], 'held');
  });

  it('shows money in minor units, times in ISO 8601, and what a person may do', async () => {
    const { json } = await api.get(`${SHOOTER}/sms/list?reason=unmatched`);
    const [item] = json['items'] as Record<string, unknown>[];
    assert.deepEqual(
      [item?.['amount_minor'], item?.['currency'], item?.['ingested_at'], item?.['bucket'], item?.['need_check']],
      [12_345, 'EUR', '2026-01-02T12:00:00.000Z', 'review', true],
    );
    assert.ok((item?.['allowed'] as string[]).includes('approve'));
  });

  it('pages through everything once, while new SMS come in', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = '', page = 0; cursor !== null; page += 1) {
      const query = `to=2026-02-01T00:00:00Z&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { json } = await api.get(`${SHOOTER}/sms/list?${query}`);
      const items = json['items'] as { id: number }[];
      seen.push(...items.map(({ id }) => String(id)));
      await seedSms(api.owner, { ingested_at: at(20 + page), source: 'manual' });
      cursor = json['next_cursor'] as string | null;
    }
    const original = Object.values(ids).map(String).reverse();
    assert.deepEqual(seen, original);
  });

  it('shows everything about one SMS, also while Temporal is away', async () => {
    const reply = await api.get(`${SHOOTER}/sms/get?id=${String(ids['approved'])}`);
    assert.equal(reply.status, 200, reply.text);
    const { json } = reply;
    assert.equal((json['sms'] as { order_id: string }).order_id, 'order-777');
    assert.equal((json['sightings'] as unknown[]).length, 1);
    assert.equal(json['workflow'], null);
    assert.equal(json['temporal_ui_url'], `http://ui.test/namespaces/default/workflows/sms-${String(ids['approved'])}`);
  });
});

describe('a search in a long list', function () {
  this.timeout(60_000);

  it('looks through texts window by window, and finds each hit once', async () => {
    const api = await startTestApi();
    await api.owner.raw(
      `INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, line, fingerprint, status)
       SELECT 'manual', 'l', 'S', 'S', CASE WHEN n IN (1, 2, ?) THEN 'the needle' ELSE 'hay' END, now(), 'l', n::text, 'not_a_credit'
       FROM generate_series(1, ?::int) n`,
      [SEARCH_WINDOW + 500, SEARCH_WINDOW * 2 + 1_000],
    );
    const hits: number[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages += 1) {
      const { json } = await api.get(`${SHOOTER}/sms/list?q=needle&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      hits.push(...(json['items'] as { id: number }[]).map(({ id }) => id));
      cursor = json['next_cursor'] as string | null;
    }
    assert.equal(hits.length, 3);
    assert.deepEqual(
      hits,
      [...hits].sort((a, b) => b - a),
    );
    assert.ok(pages >= 3, 'no page reads more than its window');
    await api.stop();
  });
});
