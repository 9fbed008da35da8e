import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomUUID, sign as signWith } from 'node:crypto';
import { PHONE_APPS, type PhoneApp } from '../../domain/phone-apps';
import { ConfigError } from '../../service/config';
import { createSecretBox } from '../../service/secret-box';
import { createTelemetry } from '../../service/telemetry';
import { createHookCounter } from '../../api/hooks/count-hooks';
import { SHOOTER, startTestApi, type TestApi } from '../support/api';
import {
  forwarderForm,
  forwarderSign,
  httpsmsRequest,
  httpsmsToken,
  message,
  PHONE_REQUESTS,
  smsgateRequest,
  textbeeRequest,
  type PhoneMessage,
  type PhoneRequest,
} from '../support/phone-requests';
import type { Json, Reply } from '../support/wallet';

const FIRST = 'the first secret of all phones of an app';
const NEXT = 'the next secret of all phones of an app';
const SECRETS_KEY = 'a key that stored secrets are kept under';
const HOOK_SECRETS = new Map(PHONE_APPS.map((app) => [app as string, [FIRST, NEXT]]));
const MINUTE_MS = 60_000;

interface Device {
  readonly id: number;
  readonly external_id: string;
  readonly source_account: string;
  readonly trusted: boolean;
  readonly [field: string]: unknown;
}

describe('the doors of the phone apps', function () {
  this.timeout(60_000);
  let api: TestApi;
  before(async () => {
    api = await startTestApi({ hookSecrets: HOOK_SECRETS, secretBox: createSecretBox(SECRETS_KEY) });
  });
  after(() => api.stop());

  const count = async (table: string) => Number((await api.owner(table).count())[0]?.['count']);
  const written = async () => [
    await count('shooter_sms'),
    await count('shooter_sms_sighting'),
    await count('shooter_device'),
    await count('recon_hook_message'),
  ];

  function post(request: PhoneRequest, over: Record<string, string | undefined> = {}): Promise<Reply> {
    const nobody = { 'x-caller-service': undefined, 'x-internal-service-token': undefined };
    return api.request('POST', request.path, request.body, { ...nobody, ...request.headers, ...over });
  }
  const sms = (app: PhoneApp, given: Partial<PhoneMessage> = {}): PhoneRequest =>
    PHONE_REQUESTS[app](message({ secret: FIRST, ...given }));
  const send = (app: PhoneApp, given: Partial<PhoneMessage> = {}): Promise<Reply> => post(sms(app, given));
  const row = (reply: Reply): Promise<Json> => api.owner('shooter_sms').where({ id: reply.json['id'] }).first<Json>();

  async function deviceOf(app: PhoneApp, device: string): Promise<Device> {
    const { json } = await api.get(`${SHOOTER}/device/list`);
    const found = (json['items'] as Device[]).find((one) => one.source_account === app && one.external_id === device);
    assert.ok(found, `no device ${device}`);
    return found;
  }
  const change = (what: string, body: Json): Promise<Reply> => api.post(`${SHOOTER}/device/${what}`, body);
  async function giveSecret(app: PhoneApp, device: string, over: Json = {}): Promise<string> {
    const reply = await change('secret', { id: (await deviceOf(app, device)).id, actor: 'ann', ...over });
    assert.equal(reply.status, 200, reply.text);
    return String(reply.json['secret']);
  }

  async function refuses(reply: Promise<Reply>, status: number, code: string): Promise<void> {
    const { status: was, json, text } = await reply;
    assert.deepEqual([was, json.error?.code], [status, code], text);
  }
  async function refusesAndWritesNothing(request: () => Promise<Reply>, status: number, code: string): Promise<void> {
    const before = await written();
    await refuses(request(), status, code);
    assert.deepEqual(await written(), before);
  }

  for (const app of PHONE_APPS) {
    describe(app, () => {
      it('registers a phone at its first contact, untrusted, and runs what it brings once it is trusted', async () => {
        const device = `+4915100${PHONE_APPS.indexOf(app)}1`;
        const held = await send(app, { device });
        assert.equal(held.status, 200, held.text);
        assert.equal((await row(held))['status'], 'held_untrusted_device');
        const known = await deviceOf(app, device);
        assert.deepEqual([known.trusted, known['app'], known['has_secret']], [false, app, false]);
        await change('trust', { id: known.id, trusted: true, actor: 'ann' });
        const next = await send(app, { device });
        const { status, source, source_account, sender, device_id } = await row(next);
        assert.deepEqual(
          [status, source, source_account, sender, device_id],
          ['received', 'webhook', app, 'RHEINBANK', known.id],
        );
      });

      it("keeps the phone's own time and text, to the letter", async () => {
        const receivedAt = new Date('2026-01-31T22:59:59.000Z');
        const body = 'Überweisung ۱۲۳ “100,00 €” \\ "quoted" & = % + 🙂\nsecond line';
        const kept = await row(await send(app, { receivedAt, body }));
        assert.deepEqual([kept['received_at'], kept['body']], [receivedAt, body]);
      });

      it('gives the first answer again when the app tries again, and at once for twenty copies', async () => {
        const given = message({ secret: FIRST });
        const first = await post(PHONE_REQUESTS[app](given));
        assert.equal(first.json['duplicate'], false);
        const again = await post(PHONE_REQUESTS[app](given));
        assert.deepEqual(again.json, { ...first.json, duplicate: true });
        const storm = sms(app);
        const replies = await Promise.all(Array.from({ length: 20 }, () => post(storm)));
        assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
        assert.equal(new Set(replies.map(({ json }) => json['id'])).size, 1);
        assert.equal(replies.filter(({ json }) => json['duplicate'] === false).length, 1);
      });

      it('is one SMS where the app makes two events of it, and two where it came twice', async () => {
        const device = `twice-${app}`;
        const { id } = await deviceAfterContact(app, device);
        await change('trust', { id, trusted: true });
        const given = { device, body: 'Zahlungseingang 10,00 EUR', receivedAt: new Date('2026-02-01T10:00:00Z') };
        const first = await send(app, { ...given, signedAt: new Date() });
        const echo = await send(app, { ...given, id: randomUUID(), signedAt: new Date(Date.now() + 5_000) });
        assert.deepEqual([echo.json['id'], echo.json['duplicate']], [first.json['id'], true]);
        const later = { ...given, id: randomUUID(), receivedAt: new Date('2026-02-01T10:00:07Z') };
        const second = await send(app, {
          ...later,
          inner: app === 'smsgate' ? { messageId: 'b80532bc' } : {},
          signedAt: new Date(Date.now() + 9_000),
        });
        assert.notEqual(second.json['id'], first.json['id']);
        assert.deepEqual([(await row(second))['status'], (await row(second))['review_reason']], ['received', null]);
      });

      it('takes both secrets of the app while one is rotated', async () => {
        assert.equal((await send(app, { secret: NEXT })).status, 200);
      });

      it('takes both secrets of a phone while one is rotated, and not the one of the app any more', async () => {
        const device = `own-${app}`;
        await deviceAfterContact(app, device);
        const first = await giveSecret(app, device);
        await refusesAndWritesNothing(() => send(app, { device }), 401, 'device_secret_required');
        await refusesAndWritesNothing(() => send(app, { device, secret: NEXT }), 401, 'device_secret_required');
        assert.equal((await send(app, { device, secret: first })).status, 200);
        const second = await giveSecret(app, device);
        assert.equal((await send(app, { device, secret: first })).status, 200);
        assert.equal((await send(app, { device, secret: second })).status, 200);
        const known = await deviceOf(app, device);
        assert.deepEqual([known['has_secret'], known['has_former_secret']], [true, true]);
        await refuses(change('secret', { id: known.id }), 409, 'rotation_under_way');
        assert.equal((await change('secret/retire', { id: known.id })).json['retired'], true);
        await refusesAndWritesNothing(() => send(app, { device, secret: first }), 401, 'signature_wrong');
        assert.equal((await send(app, { device, secret: second })).status, 200);
        assert.equal((await change('secret/retire', { id: known.id })).json['retired'], false);
        // Its secret is its own: no other phone can use it.
        await refusesAndWritesNothing(() => send(app, { device: 'another', secret: second }), 401, 'signature_wrong');
      });

      it('refuses a secret of nobody, for phones that it knows and for others', async () => {
        await refusesAndWritesNothing(() => send(app, { secret: 'a secret of nobody' }), 401, 'signature_wrong');
        const device = `known-${app}`;
        await deviceAfterContact(app, device);
        await refusesAndWritesNothing(
          () => send(app, { device, secret: 'a secret of nobody' }),
          401,
          'signature_wrong',
        );
      });

      it('is closed while it has no secret', async () => {
        const closed = await startTestApi({ hookSecrets: new Map() });
        const { path, body, headers } = sms(app);
        const reply = await closed.request('POST', path, body, headers);
        await closed.stop();
        assert.deepEqual([reply.status, reply.json.error?.code], [401, 'hook_not_configured']);
      });

      it('refuses a sender that is none', async () => {
        await refusesAndWritesNothing(() => send(app, { sender: 'bank!' }), 422, 'sender_not_valid');
      });

      const long = 'x'.repeat(2_001);
      const BAD: readonly [what: string, given: Partial<PhoneMessage>, field: RegExp][] = [
        ['a text with NUL', { body: 'a\0b' }, /(message|content) must not hold NUL/],
        ['half a surrogate', { body: 'a\ud800b' }, /(message|content) must not hold NUL or unpaired surrogates/],
        ['no text', { body: '' }, /(message|content)/],
        ['a text that is too long', { body: long }, /(message|content)/],
        ['a sender that is too long', { sender: long }, /(sender|contact|from)/],
      ];
      for (const [what, given, field] of BAD)
        it(`refuses ${what}, naming the field, and writes nothing`, async () => {
          const before = await written();
          const reply = await send(app, given);
          assert.deepEqual([reply.status, reply.json.error?.code], [400, 'bad_request'], reply.text);
          assert.match(String(reply.json.error?.message), field);
          assert.deepEqual(await written(), before);
        });

      it('refuses what is no JSON, no object, no UTF-8 or another kind of body, and a megabyte', async () => {
        const good = sms(app);
        const as = (body: string): PhoneRequest => ({
          ...signedAnew(app, body),
          headers: { ...signedAnew(app, body).headers },
        });
        await refusesAndWritesNothing(() => post(as('{"half":')), 400, 'bad_json');
        await refusesAndWritesNothing(() => post(as('[1]')), 400, 'bad_request');
        await refusesAndWritesNothing(() => post(as('null')), 400, 'bad_request');
        await refusesAndWritesNothing(
          () => post(good, { 'content-type': 'text/plain' }),
          415,
          'unsupported_media_type',
        );
        await refusesAndWritesNothing(() => post(good, { 'content-type': undefined }), 415, 'unsupported_media_type');
        const huge = sms(app, { over: { more: 'x'.repeat(1024 * 1024) } });
        await refusesAndWritesNothing(() => post(huge), 413, 'body_too_large');
        await refusesAndWritesNothing(() => post(good, { 'content-encoding': 'gzip' }), 415, 'unsupported_encoding');
      });

      it('takes fields that the app may add, and its parameters against caches', async () => {
        const request = sms(app, { over: { addedByTheApp: { some: ['thing'] } } });
        const reply = await post({ ...request, path: `${request.path}?timeStamp=1` });
        assert.equal(reply.status, 200, reply.text);
      });

      it('takes two phones with the same text for two SMS', async () => {
        const given = {
          body: `Zahlungseingang 7,00 EUR ${randomUUID()}`,
          receivedAt: new Date('2026-02-02T10:00:00Z'),
        };
        const one = await send(app, { ...given, device: `left-${app}` });
        const other = await send(app, { ...given, device: `right-${app}`, signedAt: new Date(Date.now() + 1) });
        assert.notEqual(one.json['id'], other.json['id']);
      });
    });
  }

  async function deviceAfterContact(app: PhoneApp, device: string): Promise<Device> {
    assert.equal((await send(app, { device })).status, 200);
    return deviceOf(app, device);
  }

  function signedAnew(app: PhoneApp, body: string): PhoneRequest {
    const at = { secret: FIRST, signedAt: new Date() };
    switch (app) {
      case 'smsgate':
        return smsgateRequest(at, body);
      case 'textbee':
        return textbeeRequest(FIRST, body);
      case 'httpsms':
        return httpsmsRequest(httpsmsToken(FIRST), body);
      case 'smsforwarder':
        return { ...sms(app), body };
    }
  }

  const minutes = (by: number) => new Date(Date.now() + by * MINUTE_MS);
  const withoutHeader = (app: PhoneApp, name: string) => () => post(sms(app), { [name]: undefined });
  const signatureOfOther = (app: PhoneApp, header: string) => () => {
    const [good, other] = [sms(app), sms(app)];
    return post({ ...good, headers: { ...good.headers, [header]: other.headers[header]! } });
  };

  const token =
    (over: Parameters<typeof httpsmsToken>[1], secret = FIRST) =>
    () =>
      post(httpsmsRequest(httpsmsToken(secret, over), sms('httpsms').body));
  const bearer = (value: string) => () => post(sms('httpsms'), { authorization: value });
  const forwarder = (over: Json) => () => send('smsforwarder', { over });

  /** Missing, wrong, stale: each fault of each app, by its own code. What is replayed or has another body follows below. */
  const SIGNATURES: readonly [app: PhoneApp, what: string, request: () => Promise<Reply>, code: string][] = [
    ['smsgate', 'no signature', withoutHeader('smsgate', 'x-signature'), 'signature_missing'],
    ['smsgate', 'no timestamp', withoutHeader('smsgate', 'x-timestamp'), 'timestamp_missing'],
    ['smsgate', 'a timestamp that is none', () => post(sms('smsgate'), { 'x-timestamp': '17e8' }), 'timestamp_wrong'],
    ['smsgate', 'milliseconds', () => post(sms('smsgate'), { 'x-timestamp': String(Date.now()) }), 'timestamp_wrong'],
    ['smsgate', 'six minutes ago', () => send('smsgate', { signedAt: minutes(-6) }), 'timestamp_stale'],
    ['smsgate', 'six minutes ahead', () => send('smsgate', { signedAt: minutes(6) }), 'timestamp_stale'],
    ['smsgate', "another body's signature", signatureOfOther('smsgate', 'x-signature'), 'signature_wrong'],
    ['smsgate', 'no hex', () => post(sms('smsgate'), { 'x-signature': 'zz' }), 'signature_wrong'],
    [
      'smsgate',
      'another timestamp than was signed',
      () => post(sms('smsgate'), { 'x-timestamp': String(Math.floor(Date.now() / 1000) - 60) }),
      'signature_wrong',
    ],
    ['textbee', 'no signature', withoutHeader('textbee', 'x-signature'), 'signature_missing'],
    ['textbee', "another body's signature", signatureOfOther('textbee', 'x-signature'), 'signature_wrong'],
    ['textbee', 'no hex', () => post(sms('textbee'), { 'x-signature': 'g'.repeat(64) }), 'signature_wrong'],
    ['httpsms', 'no token', withoutHeader('httpsms', 'authorization'), 'token_missing'],
    ['httpsms', 'another scheme', bearer('Basic dXNlcjpwYXNz'), 'token_malformed'],
    ['httpsms', 'no token after Bearer', bearer('Bearer '), 'token_malformed'],
    ['httpsms', 'two parts', bearer('Bearer e30.e30'), 'token_malformed'],
    ['httpsms', 'no JSON', bearer(`Bearer bm8.bm8.${'A'.repeat(43)}`), 'token_malformed'],
    ['httpsms', 'no expiry', token({ claims: { exp: undefined } }), 'token_malformed'],
    ['httpsms', 'an expiry that is text', token({ claims: { exp: '9999999999' } }), 'token_malformed'],
    ['httpsms', 'no algorithm', token({ head: { alg: 'none' } }), 'token_algorithm_refused'],
    ['httpsms', 'no algorithm, in other letters', token({ head: { alg: 'nOnE' } }), 'token_algorithm_refused'],
    ['httpsms', 'a longer HMAC', token({ head: { alg: 'HS512' } }), 'token_algorithm_refused'],
    ['httpsms', 'RSA', () => post(httpsmsRequest(rsaToken(), sms('httpsms').body)), 'token_algorithm_refused'],
    ['httpsms', 'a token without signature', bearer(`Bearer ${unsignedToken()}`), 'token_malformed'],
    ['httpsms', 'an expired token', token({ at: minutes(-12) }), 'token_expired'],
    ['httpsms', 'a token of the future', token({ at: minutes(12) }), 'token_not_yet_valid'],
    ['httpsms', 'claims that were changed', bearer(`Bearer ${changedToken()}`), 'signature_wrong'],
    ['smsforwarder', 'no sign', forwarder({ sign: undefined }), 'signature_missing'],
    ['smsforwarder', 'an empty sign (no secret in the app)', forwarder({ sign: '' }), 'signature_missing'],
    ['smsforwarder', 'no timestamp', forwarder({ timestamp: undefined }), 'timestamp_missing'],
    ['smsforwarder', 'seconds', forwarder({ timestamp: Math.floor(Date.now() / 1000) }), 'timestamp_wrong'],
    ['smsforwarder', 'six minutes ago', () => send('smsforwarder', { signedAt: minutes(-6) }), 'timestamp_stale'],
    ['smsforwarder', 'six minutes ahead', () => send('smsforwarder', { signedAt: minutes(6) }), 'timestamp_stale'],
    ['smsforwarder', "another moment's sign", forwarder({ timestamp: Date.now() - 1_000 }), 'signature_wrong'],
    ['smsforwarder', 'no base64', forwarder({ sign: '%%%' }), 'signature_wrong'],
  ];
  for (const [app, what, request, code] of SIGNATURES)
    it(`${app} refuses ${what} with ${code}, and writes nothing`, () => refusesAndWritesNothing(request, 401, code));

  function rsaToken(): string {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [, claims = ''] = httpsmsToken(FIRST).split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT' })).toString('base64url');
    return `${head}.${claims}.${signWith('sha256', Buffer.from(`${head}.${claims}`), privateKey).toString('base64url')}`;
  }
  function unsignedToken(): string {
    return httpsmsToken(FIRST).split('.').slice(0, 2).join('.') + '.';
  }
  function changedToken(): string {
    const [head = '', , signature = ''] = httpsmsToken(FIRST).split('.');
    const [, claims = ''] = httpsmsToken(FIRST, { claims: { sub: 'somebody else' } }).split('.');
    return [head, claims, signature].join('.');
  }

  it('says before it reads the body that a header is missing or stale', async () => {
    const huge = 'x'.repeat(1024 * 1024);
    await refuses(post({ ...sms('smsgate'), body: huge }, { 'x-signature': undefined }), 401, 'signature_missing');
    await refuses(post({ ...sms('httpsms'), body: huge }, { authorization: undefined }), 401, 'token_missing');
  });

  const ID_MADE_UP: readonly PhoneApp[] = ['smsgate', 'textbee', 'httpsms'];
  for (const app of ID_MADE_UP)
    it(`${app}: an id that comes again with another body is refused, and the first answer stays`, async () => {
      const given = message({ secret: FIRST });
      const first = await post(PHONE_REQUESTS[app](given));
      const other = { ...given, body: 'another text' };
      await refusesAndWritesNothing(() => post(PHONE_REQUESTS[app](other)), 409, 'webhook_id_reused');
      assert.deepEqual((await post(PHONE_REQUESTS[app](given))).json, { ...first.json, duplicate: true });
    });

  it('smsforwarder: a signature that comes again with another text is taken in for a person, never for the machine', async () => {
    const device = 'reused';
    const { id } = await deviceAfterContact('smsforwarder', device);
    await change('trust', { id, trusted: true });
    const given = message({ secret: FIRST, device });
    const first = await post(PHONE_REQUESTS.smsforwarder(given));
    assert.equal((await row(first))['status'], 'received');
    const other = { ...given, body: 'Zahlungseingang 9.999,00 EUR' };
    const second = await post(PHONE_REQUESTS.smsforwarder(other));
    const { status, review_reason, auto_hold } = await row(second);
    assert.deepEqual(
      [status, review_reason, auto_hold],
      ['awaiting_review', 'possible_duplicate', 'possible_duplicate'],
    );
    assert.deepEqual((await post(PHONE_REQUESTS.smsforwarder(other))).json, { ...second.json, duplicate: true });
  });

  it('takes what signs no text over HTTPS only, where a proxy tells', async () => {
    const plain = { 'x-forwarded-proto': 'http' };
    for (const app of ['smsforwarder', 'httpsms'] as const)
      await refusesAndWritesNothing(() => post(sms(app), plain), 403, 'https_required');
    assert.equal((await post(sms('smsgate'), plain)).status, 200);
    assert.equal((await post(sms('httpsms'), { 'x-forwarded-proto': 'https' })).status, 200);
  });

  describe('smsgate, by its fields', () => {
    const RECEIVING: readonly [what: string, inner: Json, line: (device: string) => string][] = [
      ['the number of the SIM', { recipient: '+4915112345678', simNumber: 2 }, () => '+4915112345678'],
      ['the SIM where its number is not known', { simNumber: 2 }, (device) => `smsgate/${device}/sim2`],
      ['the phone where the SIM is not known', { simNumber: null }, (device) => `smsgate/${device}`],
    ];
    for (const [what, inner, line] of RECEIVING)
      it(`pairs by ${what}`, async () => {
        const device = `line-${randomUUID()}`;
        assert.equal((await row(await send('smsgate', { device, inner })))['line'], line(device));
      });

    it('understands a version that has no sender yet, and a time with an offset', async () => {
      const inner = { sender: undefined, phoneNumber: 'OTHERBANK', receivedAt: '2026-03-01T12:00:00.000+07:00' };
      const kept = await row(await send('smsgate', { inner }));
      assert.deepEqual([kept['sender'], kept['received_at']], ['OTHERBANK', new Date('2026-03-01T05:00:00Z')]);
    });

    it('leaves one id for two moments to a person, whatever the id is made of', async () => {
      const device = 'hash-of-the-text';
      const { id } = await deviceAfterContact('smsgate', device);
      await change('trust', { id, trusted: true });
      const given = { device, body: 'Zahlungseingang 20,00 EUR', inner: { messageId: 'c0ffee' } };
      const first = await send('smsgate', { ...given, receivedAt: new Date('2026-02-03T10:00:00Z') });
      const second = await send('smsgate', { ...given, receivedAt: new Date('2026-02-04T10:00:00Z') });
      assert.notEqual(second.json['id'], first.json['id']);
      const { status, review_reason } = await row(second);
      assert.deepEqual([status, review_reason], ['awaiting_review', 'possible_duplicate']);
    });

    const BAD: readonly [what: string, given: Partial<PhoneMessage>, field: RegExp][] = [
      [
        'a time without offset',
        { inner: { receivedAt: '2026-03-01T12:00:00' } },
        /payload.receivedAt must be an ISO 8601/,
      ],
      [
        'the offset of old Androids west of Greenwich',
        { inner: { receivedAt: '2026-03-01T12:00:00.000+-5:00' } },
        /receivedAt/,
      ],
      ['no time', { inner: { receivedAt: undefined } }, /payload.receivedAt/],
      ['no sender', { inner: { sender: undefined, phoneNumber: undefined } }, /payload.sender is missing/],
      ['no payload', { over: { payload: undefined } }, /payload is missing/],
      ['no event', { over: { event: undefined } }, /event is missing/],
      ['no id', { over: { id: undefined } }, /id is missing/],
      ['no device', { over: { deviceId: undefined } }, /deviceId is missing/],
      ['a device that is a number', { over: { deviceId: 7 } }, /deviceId/],
      ['an id that is too long', { id: 'i'.repeat(161) }, /id must be/],
    ];
    for (const [what, given, field] of BAD)
      it(`refuses ${what}, naming the field`, async () => {
        const before = await written();
        const reply = await send('smsgate', given);
        assert.deepEqual([reply.status, reply.json.error?.code], [400, 'bad_request'], reply.text);
        assert.match(String(reply.json.error?.message), field);
        assert.deepEqual(await written(), before);
      });
  });

  describe('smsforwarder, by its templates', () => {
    it("takes a form as well as JSON, and a plus that the form's maker forgot to encode", async () => {
      const received_at = '2026-03-01T20:00:00.250+08:00';
      const kept = await row(
        await post(forwarderForm(message({ secret: FIRST }), { received_at, device: 'form', event: '' })),
      );
      assert.deepEqual(kept['received_at'], new Date('2026-03-01T12:00:00.250Z'));
      for (let tried = 0; tried < 8; tried += 1) {
        const at = message({ secret: FIRST, signedAt: new Date(Date.now() - tried) });
        const { timestamp, sign } = forwarderSign(at);
        const body = `from=BANK&content=hello+there&timestamp=${timestamp}&sign=${decodeURIComponent(sign)}`;
        const reply = await post({ ...forwarderForm(at), body });
        assert.equal(reply.status, 200, reply.text);
        assert.equal((await row(reply))['body'], 'hello there');
      }
    });

    it('leaves each SMS of a template without its time to a person: sent again it is no second payment', async () => {
      const { id } = await deviceAfterContact('smsforwarder', 'unnamed');
      await change('trust', { id, trusted: true });
      const signedAt = new Date(Date.now() - 30_000);
      const kept = await row(await post(forwarderForm(message({ secret: FIRST, signedAt }))));
      assert.deepEqual(
        [kept['status'], kept['review_reason'], kept['received_at']],
        ['awaiting_review', 'possible_duplicate', signedAt],
      );
    });

    it('refuses a time without its offset, and says what to write', async () => {
      const before = await written();
      const reply = await send('smsforwarder', { over: { received_at: '2026-03-01 12:00:00' } });
      assert.equal(reply.status, 400);
      assert.match(String(reply.json.error?.message), /received_at must have its offset: write \[receive_time:/);
      assert.deepEqual(await written(), before);
    });
  });

  describe('heartbeats', () => {
    const health = (level: unknown, transport: unknown) => ({
      status: 'pass',
      version: '1.66.0',
      releaseId: 1400,
      checks: {
        'messages:failed': { status: 'pass', observedValue: 0, observedUnit: 'messages', description: '' },
        'connection:transport': { status: 'pass', observedValue: transport, observedUnit: 'flags', description: '' },
        'battery:level': { status: 'pass', observedValue: level, observedUnit: 'percent', description: '' },
      },
    });
    const ping = (device: string, payload: Json, event = 'system:ping') =>
      post(
        smsgateRequest(
          { secret: FIRST, signedAt: new Date() },
          JSON.stringify({ id: randomUUID(), webhookId: 'w', event, deviceId: device, payload }),
        ),
      );
    const vitals = async (app: PhoneApp, device: string) => {
      const { battery_percent, network, app_version, heartbeat_at, app: named } = await deviceOf(app, device);
      return [battery_percent, network, app_version, heartbeat_at !== null, named];
    };

    it('of smsgate keep battery, network and version, and never make an SMS', async () => {
      const before = await count('shooter_sms');
      const reply = await ping('beats', { health: health(85, 4) });
      assert.deepEqual([reply.status, reply.json['noted']], [200, 'heartbeat'], reply.text);
      assert.deepEqual(await vitals('smsgate', 'beats'), [85, 'wifi', '1.66.0', true, 'smsgate']);
      assert.equal((await deviceOf('smsgate', 'beats')).trusted, false);
      await ping('beats', { health: health(-100, 2) });
      assert.deepEqual(await vitals('smsgate', 'beats'), [85, 'cellular', '1.66.0', true, 'smsgate']);
      const started = await ping('beats', { simCards: [] }, 'app:started');
      assert.equal(started.json['noted'], 'heartbeat');
      for (const odd of [
        {},
        { health: { checks: { 'battery:level': 'full' } } },
        { health: { version: 7, checks: {} } },
      ])
        assert.equal((await ping('beats', odd)).json['noted'], 'heartbeat', JSON.stringify(odd));
      assert.equal(await count('shooter_sms'), before);
    });

    it('by schedule teach what is usual between two; a start of the app does not', async () => {
      const gapOf = async () => {
        const [found] = await api
          .owner('shooter_device')
          .where({ external_id: 'usual' })
          .select<{ gap: string | null }[]>('heartbeat_gap_ms as gap');
        return found?.gap == null ? null : Number(found.gap);
      };
      const ago = (interval: string) =>
        api.owner.raw(
          `UPDATE shooter_device SET heartbeat_at = now() - interval '${interval}' WHERE external_id = 'usual'`,
        );
      await ping('usual', { health: health(50, 4) });
      assert.equal(await gapOf(), null);
      await ago('10 minutes');
      await ping('usual', {}, 'app:started');
      assert.equal(await gapOf(), null);
      await ago('10 minutes');
      await ping('usual', { health: health(50, 4) });
      assert.ok(Math.abs((await gapOf())! - 600_000) < 5_000);
      await ago('60 minutes');
      await ping('usual', { health: health(50, 4) });
      assert.ok(Math.abs((await gapOf())! - 1_200_000) < 5_000);
    });

    it('of smsforwarder come by a template of their own', async () => {
      const over = { event: 'heartbeat', battery: '64%', network: 'WIFI', app_version: '3.5.0', content: '', from: '' };
      const reply = await send('smsforwarder', { device: 'sf-beats', over });
      assert.deepEqual([reply.status, reply.json['noted']], [200, 'heartbeat'], reply.text);
      assert.deepEqual(await vitals('smsforwarder', 'sf-beats'), [64, 'wifi', '3.5.0', true, 'smsforwarder']);
    });

    it('of httpsms say that a phone is gone and that it is back', async () => {
      const device = '+4915100000777';
      const event = (type: string) => send('httpsms', { device, over: { type } });
      assert.equal((await event('phone.heartbeat.offline')).json['noted'], 'offline');
      assert.equal((await deviceOf('httpsms', device))['fault'], 'app_killed');
      assert.equal((await event('phone.heartbeat.online')).json['noted'], 'heartbeat');
      assert.equal((await deviceOf('httpsms', device))['fault'], null);
    });

    it('are taken from none that is not signed', () =>
      refusesAndWritesNothing(
        () => send('httpsms', { secret: 'a secret of nobody', over: { type: 'phone.heartbeat.offline' } }),
        401,
        'signature_wrong',
      ));
  });

  it('notes other events, registers nobody for them, and lets the app rest', async () => {
    const events: readonly [PhoneApp, Json][] = [
      ['smsgate', { event: 'sms:sent' }],
      ['smsgate', { event: 'mms:received' }],
      ['smsgate', { event: 'something:new', payload: null }],
      ['textbee', { webhookEvent: 'MESSAGE_SENT', sender: undefined }],
      ['httpsms', { type: 'message.call.missed' }],
      ['httpsms', { type: 'message.send.expired', data: null }],
      ['smsforwarder', { event: 'call' }],
    ];
    const before = await written();
    for (const [app, over] of events) {
      const reply = await send(app, { over });
      assert.deepEqual(
        [reply.status, reply.json],
        [200, { noted: 'not_for_us', device_id: null }],
        JSON.stringify(over),
      );
    }
    assert.deepEqual(await written(), before);
  });

  it('keeps what httpsms encrypted for a person, marks the phone, and unmarks it when it can be read again', async () => {
    const device = '+4915100000888';
    const { id } = await deviceAfterContact('httpsms', device);
    await change('trust', { id, trusted: true });
    const cipher = { encrypted: true, content: 'b2pRTDRtNGpCbGFoYmxhaGJsYWg=' };
    const kept = await row(await send('httpsms', { device, inner: cipher }));
    assert.deepEqual([kept['status'], kept['auto_hold']], ['awaiting_review', 'possible_duplicate']);
    assert.equal((await deviceOf('httpsms', device))['fault'], 'encrypted');
    assert.equal((await row(await send('httpsms', { device })))['status'], 'received');
    assert.equal((await deviceOf('httpsms', device))['fault'], null);
  });

  describe('the secrets and names of devices', () => {
    it('are never shown again, are sealed in the table, and leave their trace without their value', async () => {
      const { id } = await deviceAfterContact('smsgate', 'audited');
      const secret = await giveSecret('smsgate', 'audited');
      assert.ok(secret.length >= 32);
      await change('secret/retire', { id });
      await giveSecret('smsgate', 'audited');
      await change('secret/retire', { id, actor: 'bob' });
      const list = await api.get(`${SHOOTER}/device/list`);
      assert.ok(!list.text.includes(secret) && !list.text.includes('sealed'));
      const [found] = await api
        .owner('shooter_device')
        .where({ id })
        .select<{ secret_sealed: string }[]>('secret_sealed');
      assert.match(found?.secret_sealed ?? '', /^v1\./);
      const audit = await api
        .owner('recon_audit')
        .where({ subject: `device:${id}` })
        .orderBy('id')
        .select<Json[]>('actor', 'action', 'before', 'after');
      assert.deepEqual(
        audit.map(({ actor, action }) => [actor, action]),
        [
          ['ann', 'device.secret'],
          ['ann', 'device.secret'],
          ['bob', 'device.secret_retire'],
        ],
      );
      assert.ok(!JSON.stringify(audit).includes(secret));
    });

    it('can be made anew where the newest was lost on its way to the phone; the former stays', async () => {
      const device = 'lost';
      await deviceAfterContact('textbee', device);
      const first = await giveSecret('textbee', device);
      const lost = await giveSecret('textbee', device);
      const third = await giveSecret('textbee', device, { lost: true });
      assert.equal((await send('textbee', { device, secret: first })).status, 200);
      assert.equal((await send('textbee', { device, secret: third })).status, 200);
      await refuses(send('textbee', { device, secret: lost }), 401, 'signature_wrong');
    });

    it('are for devices of phone apps that are there, and need SECRETS_KEY', async () => {
      await refuses(change('secret', { id: 999_999 }), 404, 'unknown_device');
      await refuses(change('secret/retire', { id: 999_999 }), 404, 'unknown_device');
      await refuses(change('update', { id: 999_999, name: 'x' }), 404, 'unknown_device');
      const [{ id }] = (await api
        .owner('shooter_device')
        .insert({ source: 'pushbullet', source_account: 'u', external_id: 'd' })
        .returning('id')) as [{ id: number }];
      await refuses(change('secret', { id }), 422, 'not_an_app');
      const keyless = await startTestApi({ hookSecrets: HOOK_SECRETS });
      const reply = await keyless.post(`${SHOOTER}/device/secret`, { id: 1 });
      await keyless.stop();
      assert.deepEqual([reply.status, reply.json.error?.code], [409, 'secrets_key_not_set']);
    });

    it('that cannot be opened let the app try again, and never fall back to the secret of the app', async () => {
      const device = 'sealed-under-another-key';
      const { id } = await deviceAfterContact('smsgate', device);
      const sealed = createSecretBox('another key than the one in use').seal('whatever it is', `device:secret:${id}`);
      await api.owner('shooter_device').where({ id }).update({ secret_sealed: sealed });
      await refusesAndWritesNothing(() => send('smsgate', { device }), 503, 'device_secret_unreadable');
    });

    it('name a device and the line that it receives, which then pairs what two apps bring of one SMS', async () => {
      const line = '+4915155555555';
      const body = `Zahlungseingang 77,00 EUR ${randomUUID()}`;
      const receivedAt = new Date('2026-02-05T10:00:00Z');
      for (const app of ['smsgate', 'textbee'] as const) {
        const { id } = await deviceAfterContact(app, 'one-phone');
        const reply = await change('update', { id, name: 'Shelf 3', line, actor: 'ann' });
        assert.deepEqual([reply.json['name'], reply.json['line']], ['Shelf 3', line]);
        const [entry] = await api
          .owner('recon_audit')
          .where({ subject: `device:${id}`, action: 'device.update' })
          .select<Json[]>('before', 'after', 'actor');
        assert.deepEqual(entry, { actor: 'ann', before: { name: '', line: null }, after: { name: 'Shelf 3', line } });
      }
      const one = await send('smsgate', { device: 'one-phone', body, receivedAt });
      const other = await send('textbee', {
        device: 'one-phone',
        body,
        receivedAt: new Date(receivedAt.getTime() + 900),
      });
      assert.equal(other.json['id'], one.json['id']);
      const { id } = await deviceOf('smsgate', 'one-phone');
      assert.equal((await change('update', { id, line: null })).json['line'], null);
      assert.equal((await deviceOf('smsgate', 'one-phone'))['name'], 'Shelf 3');
    });

    it('of an app stop the process where they are malformed, by the name of the variable', async () => {
      const named = (error: unknown) => error instanceof ConfigError && error.message.includes('HOOK_SECRETS_TEXTBEE');
      for (const secrets of [['short'], [FIRST, NEXT, FIRST]])
        await assert.rejects(startTestApi({ hookSecrets: new Map([['textbee', secrets]]) }), named);
    });
  });

  it('counts what comes to each door, and shows what never came as 0', async () => {
    const telemetry = createTelemetry('test');
    const counted = await startTestApi({ hookSecrets: HOOK_SECRETS, countHook: createHookCounter(telemetry) });
    const given = sms('smsgate');
    const beat = sms('smsgate', { over: { event: 'system:ping', payload: {} } });
    const other = sms('smsgate', { over: { event: 'sms:sent' } });
    const wrong = sms('smsgate', { secret: 'a secret of nobody' });
    for (const { path, body, headers } of [given, given, beat, other, wrong, { ...given, body: '{' }])
      await counted.request('POST', path, body, headers);
    const figures = await telemetry.readFigures();
    await counted.stop();
    await telemetry.shutdown();
    const shown = { sms: 1, duplicate: 1, heartbeat: 1, offline: 0, not_for_us: 1, refused: 2 };
    for (const [outcome, count] of Object.entries(shown))
      assert.match(
        figures,
        new RegExp(`recon_hook_requests_total\\{channel="smsgate",outcome="${outcome}"\\} ${count}`),
      );
    assert.match(figures, /channel="httpsms",outcome="sms"\} 0/);
  });

  it('tells no secret, text, sender or number to its log, whatever came of the request', async () => {
    const device = 'private';
    const body = 'Zahlungseingang 4.711,00 EUR von Erika Mustermann';
    await deviceAfterContact('smsgate', device);
    const secret = await giveSecret('smsgate', device);
    const sender = 'SECRETBANK';
    await send('smsgate', { device, secret, body, sender });
    await send('smsgate', { device, body, sender });
    await send('smsgate', { device, secret, body: `${body}\0`, sender });
    await send('httpsms', { device: '+4915199999999', body, sender, secret: 'a secret of nobody' });
    await post(forwarderForm(message({ secret: FIRST, body, sender }), { received_at: '2026-03-01 12:00:00' }));
    const jwt = httpsmsToken(FIRST);
    await post(httpsmsRequest(jwt, JSON.stringify({ type: 7, data: { content: body } })));
    const log = api.log();
    assert.ok(log.length > 0);
    for (const told of [FIRST, NEXT, SECRETS_KEY, secret, 'Mustermann', '4.711', sender, '+4915199999999', jwt])
      assert.ok(!log.includes(told), `the log tells ${told}`);
    const signature = createHmac('sha256', FIRST).update('x').digest('hex').slice(0, 8);
    assert.ok(!log.includes(signature));
  });
});
