import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PHONE_APPS as RECON_APPS, type PhoneApp } from '../../domain/phone-apps';
import { PHONE_APPS } from '../../sim/phones/model';
import type { PhoneChance } from '../../sim/phones/dials';
import type { PhonesSim } from '../../sim/phones/phones-sim';
import { SHOOTER, startTestApi, type TestApi } from '../support/api';
import { startTestSim, type TestSim } from '../support/sim';
import type { Json } from '../support/wallet';

const FIRST = 'the first secret of all phones of an app';
const NEXT = 'the next secret of all phones of an app';

interface Seen {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly atMs: number;
}

/** Answers what it is told, and remembers what it saw. */
async function startTarget(): Promise<{ url: string; seen: Seen[]; answers: number[]; server: Server }> {
  const seen: Seen[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), atMs: Date.now() });
      response.writeHead(answers.shift() ?? 200).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, seen, answers, server };
}

describe('the simulated phones', function () {
  this.timeout(120_000);

  it('have the apps that recon knows', () => assert.deepEqual(PHONE_APPS, RECON_APPS));

  describe('at the doors of recon', () => {
    let api: TestApi;
    let test: TestSim;
    let phones: PhonesSim;
    before(async () => {
      api = await startTestApi({ hookSecrets: new Map(PHONE_APPS.map((app) => [app as string, [FIRST, NEXT]])) });
      test = await startTestSim();
      phones = test.sim.phones;
    });
    after(async () => {
      await test.stop();
      await api.stop();
    });
    beforeEach(() => {
      phones.reset();
      phones.dial({ timeScale: 0.0001 });
    });

    let made = 0;
    async function trusted(app: PhoneApp): Promise<string> {
      made += 1;
      const device = app === 'httpsms' ? `+49151000${String(made).padStart(5, '0')}` : `phone-${made}`;
      const targetUrl = `${api.url}/hooks/sms/${app}`;
      const { id } = phones.addPhone({ app, device, targetUrl, secret: FIRST, nextSecret: NEXT });
      await api
        .owner('shooter_device')
        .insert({ source: 'webhook', source_account: app, external_id: device, trusted: true, trusted_by: 'test' });
      return id;
    }
    const received = async (): Promise<Json[]> =>
      api
        .owner('shooter_sms as s')
        .join('shooter_device as d', 'd.id', 's.device_id')
        .orderBy('s.id')
        .select<Json[]>(
          's.source_account as account',
          'd.external_id as device',
          's.sender',
          's.body',
          's.received_at',
          's.status',
        );

    /** Conservation: each SMS of the record is one row, and there is no row that is not of the record. */
    async function sameAsRecord(
      phoneIds: readonly string[],
      statuses: readonly string[] = ['received'],
    ): Promise<void> {
      const mine = new Set(phoneIds.map((id) => id.split(':')[1]));
      const rows = (await received()).filter(({ device }) => mine.has(String(device)));
      const key = (sms: { account: unknown; device?: unknown; sender: unknown; body: unknown }, at: Date) =>
        JSON.stringify([sms.account, sms.device, sms.sender, sms.body, at.toISOString()]);
      const got = rows.map((row) =>
        key({ ...row } as { account: unknown; sender: unknown; body: unknown }, row['received_at'] as Date),
      );
      const sent = phones.record().filter(({ ways }) => ways.length > 0);
      assert.deepEqual(got.sort(), sent.map((sms) => key(sms, sms.receivedAt)).sort());
      assert.deepEqual([...new Set(rows.map(({ status }) => status))].sort(), [...statuses].sort());
    }

    const start = Date.UTC(2026, 0, 5, 8);
    function day(ids: readonly string[], count: number): void {
      for (let n = 0; n < count; n += 1) {
        const phone = ids[n % ids.length] ?? '';
        // Every fifth text is the one before it, of another moment: an honest second payment.
        const body = `Zahlungseingang ${n - (n % 5 === 4 ? ids.length : 0)},00 EUR`;
        phones.sms({ phone, sender: 'RHEINBANK', body, receivedAt: new Date(start + n * 60_000) });
      }
    }

    const FAULTS: readonly PhoneChance[] = [
      'duplicate',
      'disorder',
      'secondSecret',
      'wrongSignature',
      'missingSignature',
      'staleTimestamp',
      'replayed',
      'missed',
    ];
    for (const app of PHONE_APPS) {
      for (const fault of FAULTS)
        // A textbee request carries no time, so none of it can be stale: it is a copy then.
        it(`${app}: ${fault} loses no SMS and doubles none`, async () => {
          const id = await trusted(app);
          phones.dial({ [fault]: { probability: 0.6 } }, id);
          day([id], 12);
          await phones.idle();
          await sameAsRecord([id]);
          const counters = phones.counters();
          const refused = {
            wrongSignature: 'wrong_signature',
            missingSignature: 'missing_signature',
            staleTimestamp: 'stale_timestamp',
          };
          const counter = fault in refused ? refused[fault as keyof typeof refused] : null;
          if (counter !== null) {
            const status = fault === 'staleTimestamp' && app === 'textbee' ? 200 : 401;
            assert.ok((counters[`${counter}:${status}`] ?? 0) > 0, JSON.stringify(counters));
            assert.equal(counters[`${counter}:${status === 200 ? 401 : 200}`], undefined);
          }
          if (fault === 'replayed') assert.ok((counters['replayed:200'] ?? 0) > 0);
          if (fault === 'missed') assert.ok(phones.record().some(({ ways }) => ways.length === 0));
        });
    }

    it('all at once, with answers that are lost, are what the record says', async () => {
      const ids = await Promise.all(PHONE_APPS.map(trusted));
      phones.dial(Object.fromEntries(FAULTS.map((fault) => [fault, { probability: 0.3 }])));
      phones.dial({ dropAnswer: { probability: 0.4 }, retryTimes: 3 });
      day(ids, 80);
      await phones.idle();
      await sameAsRecord(ids);
      assert.ok((phones.counters()['tries_again'] ?? 0) > 0);
    });

    const OTHER_BODY: Readonly<Record<PhoneApp, string>> = {
      smsgate: 'other_body:401',
      textbee: 'other_body:401',
      httpsms: 'other_body:409',
      smsforwarder: 'other_body:200',
    };
    for (const app of PHONE_APPS)
      it(`${app}: another text under the same signature is never the machine's to approve`, async () => {
        const id = await trusted(app);
        phones.dial({ otherBody: true }, id);
        phones.sms({ phone: id, sender: 'RHEINBANK', body: 'Zahlungseingang 100,00 EUR' });
        await phones.idle();
        assert.equal(phones.counters()[OTHER_BODY[app]], 1);
        const rows = (await received()).filter(({ device }) => `${app}:${String(device)}` === id);
        const expected = app === 'smsforwarder' ? ['received', 'awaiting_review'] : ['received'];
        assert.deepEqual(
          rows.map(({ status }) => status),
          expected,
        );
      });

    it('are registered untrusted where recon does not know them, and beat for those that beat', async () => {
      for (const app of PHONE_APPS) {
        const targetUrl = `${api.url}/hooks/sms/${app}`;
        const { id } = phones.addPhone({ app, device: '+4915177777777', targetUrl, secret: FIRST });
        phones.sms({ phone: id, sender: 'RHEINBANK', body: 'first contact' });
        await phones.idle();
        assert.equal(phones.heartbeat(id, { batteryPercent: 42, network: 'cellular' }), app !== 'textbee');
        phones.other(id);
        await phones.idle();
        const { json } = await api.get(`${SHOOTER}/device/list`);
        const found = (json['items'] as Json[]).find(
          ({ external_id, source_account }) => external_id === '+4915177777777' && source_account === app,
        );
        const told = app === 'smsgate' || app === 'smsforwarder';
        assert.deepEqual(
          [
            found?.['trusted'],
            found?.['app'],
            found?.['battery_percent'],
            found?.['network'],
            found?.['heartbeat_at'] !== null,
          ],
          [false, app, told ? 42 : null, told ? 'cellular' : null, app !== 'textbee'],
        );
      }
      assert.deepEqual(phones.counters(), { 'posted:200': 11 });
    });
  });

  describe('try again as their apps do', () => {
    let test: TestSim;
    let phones: PhonesSim;
    let target: Awaited<ReturnType<typeof startTarget>>;
    beforeEach(async () => {
      test = await startTestSim();
      phones = test.sim.phones;
      target = await startTarget();
    });
    afterEach(async () => {
      await test.stop();
      target.server.closeAllConnections();
      await new Promise((resolve) => target.server.close(resolve));
    });

    function post(app: PhoneApp, answers: readonly number[]): Promise<void> {
      target.answers.push(...answers);
      const { id } = phones.addPhone({ app, device: 'one', targetUrl: target.url, secret: FIRST });
      phones.sms({ phone: id, sender: 'RHEINBANK', body: 'hello' });
      return phones.idle();
    }
    const always = (status: number) => Array.from({ length: 40 }, () => status);

    const TRIES: readonly [app: PhoneApp, status: number, tries: number][] = [
      ['smsgate', 401, 15],
      ['smsgate', 503, 15],
      ['textbee', 401, 3],
      ['textbee', 503, 10],
      ['httpsms', 401, 2],
      ['httpsms', 503, 2],
      ['smsforwarder', 503, 1],
    ];
    for (const [app, status, tries] of TRIES)
      it(`${app} tries ${tries} times on ${status}, then gives up`, async () => {
        phones.dial({ timeScale: 0 });
        await post(app, always(status));
        assert.equal(target.seen.length, tries);
        assert.equal(phones.counters()['given_up'], 1);
      });

    it('smsgate waits twice as long each time and signs anew, the same bytes under another time', async () => {
      phones.dial({ timeScale: 0.03 });
      await post('smsgate', [500, 500, 500]);
      const gaps = target.seen.slice(1).map(({ atMs }, index) => atMs - (target.seen[index]?.atMs ?? 0));
      for (const [index, expected] of [150, 300, 600].entries())
        assert.ok(Math.abs((gaps[index] ?? 0) - expected) < 120, String(gaps));
      assert.equal(new Set(target.seen.map(({ body }) => body)).size, 1);
      const stamps = target.seen.map(({ headers }) => headers['x-timestamp']);
      assert.ok(new Set(stamps).size > 1, String(stamps));
    });

    it('smsforwarder repeats its timestamp, and only where nobody answered', async () => {
      phones.dial({ timeScale: 0.05, retryTimes: 2, dropAnswer: true });
      await post('smsforwarder', []);
      assert.equal(target.seen.length, 3);
      assert.equal(new Set(target.seen.map(({ body }) => body)).size, 1);
    });

    it('end with the simulator, whatever they still wait for', async () => {
      target.answers.push(503);
      const { id } = phones.addPhone({ app: 'textbee', device: 'one', targetUrl: target.url, secret: FIRST });
      phones.sms({ phone: id, sender: 'RHEINBANK', body: 'hello' });
      await phones.close();
      await phones.idle();
    });
  });

  describe('over HTTP', () => {
    let test: TestSim;
    let target: Awaited<ReturnType<typeof startTarget>>;
    before(async () => {
      test = await startTestSim();
      target = await startTarget();
    });
    after(async () => {
      await test.stop();
      target.server.closeAllConnections();
      await new Promise((resolve) => target.server.close(resolve));
    });

    async function control(method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }> {
      const response = await fetch(`${test.url}/control/phones${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: response.status, json: (await response.json()) as Json };
    }

    it('take a phone, an SMS, a heartbeat and dials, show the record, and never a secret', async () => {
      const phone = {
        app: 'smsgate',
        device: 'abc',
        target_url: target.url,
        secret: FIRST,
        next_secret: NEXT,
        number: '+491',
      };
      const added = await control('POST', '/phones', phone);
      assert.deepEqual([added.status, added.json['id'], added.json['has_next_secret']], [201, 'smsgate:abc', true]);
      assert.equal((await control('PUT', '/dials?phone=smsgate:abc', { time_scale: 0, duplicate: true })).status, 200);
      const sms = { phone: 'smsgate:abc', sender: 'RHEINBANK', body: 'hello', received_at: '2026-01-05T08:00:00.900Z' };
      assert.equal((await control('POST', '/sms', sms)).status, 201);
      assert.equal(
        (await control('POST', '/heartbeat', { phone: 'smsgate:abc', battery_percent: 5 })).json['posted'],
        true,
      );
      assert.equal((await control('POST', '/other', { phone: 'smsgate:abc' })).status, 201);
      await test.sim.phones.idle();
      assert.equal(target.seen.length, 4);
      const { json } = await control('GET', '/record');
      assert.deepEqual(json, {
        count: 1,
        sms: [
          {
            source: 'webhook',
            account: 'smsgate',
            device: 'abc',
            sender: 'RHEINBANK',
            body: 'hello',
            received_at: '2026-01-05T08:00:00.000Z',
            ways: ['direct'],
          },
        ],
      });
      const shown = JSON.stringify([
        added.json,
        (await control('GET', '/phones')).json,
        (await control('GET', '/dials')).json,
      ]);
      assert.ok(!shown.includes(FIRST) && !shown.includes(NEXT));
      assert.equal((await control('POST', '/reset', {})).status, 200);
      assert.equal((await control('GET', '/record')).json['count'], 0);
    });

    it('refuse what they do not know, by its name', async () => {
      const unknownDial = await control('PUT', '/dials', { tsunami: true });
      assert.deepEqual([unknownDial.status, unknownDial.json.error?.code], [400, 'unknown_dial']);
      assert.match(String(unknownDial.json.error?.message), /tsunami/);
      assert.equal((await control('POST', '/sms', { phone: 'smsgate:nobody', sender: 'a', body: 'b' })).status, 404);
      assert.equal((await control('PUT', '/dials?phone=smsgate:nobody', { duplicate: true })).status, 404);
      const noApp = await control('POST', '/phones', {
        app: 'pigeon',
        device: 'a',
        target_url: target.url,
        secret: 's',
      });
      assert.equal(noApp.status, 400);
      assert.match(String(noApp.json.error?.message), /app/);
    });
  });
});
