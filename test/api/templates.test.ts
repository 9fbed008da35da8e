import assert from 'node:assert/strict';
import { parseSms } from '../../domain/parse';
import { createTemplateSource } from '../../db/template-source';
import { seedSms, SHOOTER, startTestApi, type TestApi } from '../support/api';

const template = (over: Record<string, unknown> = {}) => ({
  name: 'Rheinbank credit',
  bank: 'rheinbank',
  senders: ['RHEINBANK'],
  pattern: 'zahlungseingang (?P<amount>[0-9.,]+) eur',
  decimal_separator: ',',
  group_separators: '.',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  ...over,
});
const BODY = 'Zahlungseingang 1.234,50 EUR';

describe('templates', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.stop());

  const add = (over: Record<string, unknown> = {}) => api.post(`${SHOOTER}/template/add`, template(over));
  const list = async () => (await api.get(`${SHOOTER}/template/list`)).json['items'] as Record<string, unknown>[];
  const revision = async () => {
    const row = await api
      .owner('recon_cursor')
      .where({ name: 'templates' })
      .first<{ value: { revision: number } } | undefined>();
    return row?.value.revision ?? 0;
  };

  it('have versions that are kept for ever; the same content makes none', async () => {
    const first = await add({ actor: 'ann', daily_limit_minor: 100_000 });
    assert.deepEqual(
      [first.status, first.json['result'], first.json['version'], first.json['daily_limit_minor']],
      [200, 'created', 1, 100_000],
    );
    const before = await revision();
    assert.equal((await add({ daily_limit_minor: 100_000 })).json['result'], 'unchanged');
    assert.equal(await revision(), before, 'workers need not load the same templates again');
    const second = await add({ priority: 5, actor: 'bob' });
    assert.deepEqual(
      [second.json['id'], second.json['result'], second.json['version'], second.json['changed_by']],
      [first.json['id'], 'changed', 2, 'bob'],
    );
    const third = await add({ id: first.json['id'], name: 'Rheinbank, renamed' });
    assert.deepEqual(
      [third.json['id'], third.json['version'], third.json['name']],
      [first.json['id'], 3, 'Rheinbank, renamed'],
    );
    const versions = await api.owner('shooter_template_recharge_version').where({ template_id: first.json['id'] });
    assert.equal(versions.length, 3);
    assert.ok((await revision()) > before);
    assert.equal((await list()).length, 1);
    await api.post(`${SHOOTER}/template/delete`, { id: first.json['id'] });
    assert.equal((await list()).length, 0);
    assert.equal((await add({})).json['version'], 1, 'the name of a deleted one is free');
    await api.post(`${SHOOTER}/template/delete`, { id: (await list())[0]?.['id'] });
  });

  it('two of one name at once are one template', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => add({ name: 'racing', priority: n })));
    assert.equal(new Set(replies.map((reply) => reply.json['id'])).size, 1);
    assert.deepEqual(
      replies.map((reply) => reply.json['version']).sort((a, b) => Number(a) - Number(b)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    const other = await add({ name: 'another' });
    const taken = await add({ id: other.json['id'], name: 'racing' });
    assert.deepEqual([taken.status, taken.json.error?.code], [409, 'template_name_taken']);
    assert.equal((await add({ id: 4_040 })).status, 404);
    for (const { id } of await list()) await api.post(`${SHOOTER}/template/delete`, { id });
  });

  const REFUSED: readonly [what: string, over: Record<string, unknown>, code: string, words: RegExp][] = [
    [
      'a pattern that RE2 cannot compile',
      { pattern: '(?P<amount>[0-9]+' },
      'pattern_not_compiled',
      /missing closing \)/,
    ],
    ['a look-behind', { pattern: '(?<=x)(?P<amount>[0-9]+)' }, 'pattern_not_compiled', /invalid/],
    ['a pattern without an amount', { pattern: 'eur [0-9]+' }, 'amount_group_missing', /amount/],
    ['an unknown group', { pattern: '(?P<amount>[0-9]+) (?P<whim>x)' }, 'group_unknown', /whim/],
    ['an unknown currency', { currency: 'XYZ' }, 'currency_unknown', /ISO 4217/],
    ['a sample that it does not match', { sample: 'something else' }, 'sample_not_matched', /sample/],
    ['a sender that is none', { senders: ['bank!'] }, 'sender_not_valid', /senders/],
    ['one separator for two things', { group_separators: ',' }, 'separators_not_valid', /both/],
    ['an unknown time zone', { time_zone: 'Mars/Olympus' }, 'time_zone_not_valid', /time_zone/],
  ];
  for (const [what, over, code, words] of REFUSED) {
    it(`with ${what} are refused with the reason`, async () => {
      const reply = await add({ name: `refused: ${code}`, ...over });
      assert.deepEqual([reply.status, reply.json.error?.code], [422, code]);
      assert.match(reply.json.error?.message ?? '', words);
      assert.ok(!(await list()).some(({ name }) => name === `refused: ${code}`));
    });
  }

  it('reach the parser at their revision, enabled or not', async () => {
    const source = createTemplateSource(api.db);
    const outcome = async () => {
      const set = await source.at(await revision());
      return parseSms({ sender: 'RHEINBANK', body: BODY, receivedAt: new Date() }, set).outcome;
    };
    assert.equal(await outcome(), 'parse_failed');
    const { json } = await add();
    const compiled = await Promise.all(Array.from({ length: 5 }, async () => source.at(await revision())));
    assert.equal(new Set(compiled).size, 1, 'compiled once');
    assert.equal(await outcome(), 'parsed');
    const id = json['id'];
    assert.equal((await api.post(`${SHOOTER}/template/enable`, { id, enabled: false })).json['enabled'], false);
    assert.equal(await outcome(), 'parse_failed');
    assert.equal((await api.post(`${SHOOTER}/template/enable`, { id, enabled: true })).json['version'], 1);
    assert.equal(await outcome(), 'parsed');
    await api.post(`${SHOOTER}/template/delete`, { id });
    assert.equal(await outcome(), 'parse_failed');
  });

  it('show which SMS in review they read now, and have them run again on request', async () => {
    const failed = { status: 'awaiting_review', review_reason: 'parse_failed', step: 'parse', body: BODY };
    const ids = [await seedSms(api.owner, failed), await seedSms(api.owner, failed)].reverse();
    await seedSms(api.owner, { ...failed, body: 'hello' });
    await seedSms(api.owner, { ...failed, body: null });
    await seedSms(api.owner, { ...failed, sender_normal: 'OTHERB' });
    const shown = await add();
    assert.deepEqual(shown.json['would_run'], { count: 2, ids });
    assert.equal(shown.json['run_again'], null);
    const run = await add({ run_again: true, actor: 'ann' });
    assert.equal(run.json['result'], 'unchanged');
    // No worker is there: their runs are told by the redelivery loop.
    assert.deepEqual(run.json['run_again'], { submitted: 2, applied: 0, recorded: 2, refused: 0 });
    const reviews = await api.owner('recon_review').whereIn('sms_id', ids).select('command', 'reviewer', 'effect');
    assert.deepEqual(reviews, Array(2).fill({ command: 'reset', reviewer: 'ann', effect: null }));
  });
});
