import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readNeedCheck } from '../../db/read/need-check';
import { createReconMetrics } from '../../service/recon-metrics';
import { createTelemetry } from '../../service/telemetry';
import { linkRedis } from '../../api/redis-link';
import { createLogger } from '../../service/logger';
import { PARSED, seedSms, startTestApi } from '../support/api';
import { startTestRedis } from '../support/redis';

const up = () => Promise.resolve();

describe('health of the API', function () {
  this.timeout(60_000);

  it('names each part and its state; 200 only while all of them are there', async () => {
    const redis = linkRedis((await startTestRedis()).url, createLogger('test', 'silent'));
    const all = await startTestApi({ redisProbe: () => redis.probe(), temporalProbe: up });
    await untilUp(() => redis.probe());
    const healthy = await all.get('/health');
    assert.deepEqual(
      [healthy.status, healthy.json],
      [200, { status: 'up', database: { state: 'up' }, redis: { state: 'up' }, temporal: { state: 'up' } }],
    );
    redis.close();
    await all.stop();

    const hanging = () => new Promise<never>(() => undefined);
    const degraded = await startTestApi({ redisProbe: up, temporalProbe: hanging });
    const reply = await degraded.get('/health');
    assert.deepEqual(
      [reply.status, reply.json['status'], reply.json['temporal']],
      [503, 'degraded', { state: 'down', fault: 'timeout' }],
    );
    assert.deepEqual((await degraded.get('/readyz')).json, { ready: true }, 'intake works without Temporal');
    assert.deepEqual((await degraded.get('/version')).json, { service: 'recon', version: '0.0.0-test' });
    await degraded.stop();
  });

  it('a Redis that is away is told at once', async () => {
    const redis = linkRedis('redis://127.0.0.1:1', createLogger('test', 'silent'));
    const began = Date.now();
    await assert.rejects(redis.probe());
    assert.ok(Date.now() - began < 2_000);
    redis.close();
  });
});

describe('figures', function () {
  this.timeout(60_000);

  it('have exactly the names and labels of the contract', async () => {
    const telemetry = createTelemetry('recon-api');
    const api = await startTestApi({ telemetry });
    await seedSms(api.owner, { ...PARSED, updated_at: new Date(Date.now() - 60_000) });
    const metrics = createReconMetrics(telemetry, 'observe');
    metrics.showNeedCheck(() => readNeedCheck(api.db));
    metrics.showFreshness(() =>
      Promise.resolve({
        loops: [
          { name: 'sweeper', ageMs: 1_500, fresh: true },
          { name: 'telegram', ageMs: 600_000, fresh: false },
        ],
        devices: [{ deviceId: 7, fault: 'encrypted' }],
      }),
    );
    metrics.smsOutcome('approved', 'webhook');
    metrics.stageSeconds('parse', 0.003);
    metrics.walletRequest('approved');
    const { text, headers } = await api.get('/metrics');
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    for (const line of [
      'multi_brand_enforcement_mode{service="recon_service",mode="observe"} 1',
      'multi_brand_enforcement_mode{service="recon_service",mode="enforce"} 0',
      'recon_cross_brand_rejected_total{command="sms_match",mode="observe"} 0',
      'recon_sms_total{source="webhook",outcome="approved"} 1',
      'recon_sms_seconds_count{stage="parse"} 1',
      'recon_sms_seconds_bucket{stage="parse",le="0.005"} 1',
      'recon_sms_need_check 1',
      'recon_loop_age_seconds{loop="sweeper"} 1.5',
      'recon_loop_stale{loop="sweeper"} 0',
      'recon_loop_stale{loop="telegram"} 1',
      'recon_device_fault{device="7",fault="encrypted"} 1',
      'recon_wallet_requests_total{outcome="approved"} 1',
    ])
      assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
    assert.match(text, /^recon_oldest_need_check_age_seconds 6\d\./m);
    metrics.crossBrand('sms_match', 'observe');
    const after = (await api.get('/metrics')).text;
    assert.match(after, /recon_cross_brand_rejected_total\{command="sms_match",mode="observe"\} 1/);
    await api.stop();
  });

  it('are served without those of the rows while PostgreSQL is away', async () => {
    const telemetry = createTelemetry('recon-api');
    createReconMetrics(telemetry, 'off').showNeedCheck(() => Promise.reject(new Error('PostgreSQL is away')));
    const api = await startTestApi({ telemetry });
    const { status, text } = await api.get('/metrics');
    assert.equal(status, 200);
    assert.match(text, /multi_brand_enforcement_mode\{service="recon_service",mode="off"\} 1/);
    assert.doesNotMatch(text, /^recon_sms_need_check \d/m);
    await api.stop();
  });
});

describe('figures by OTLP', () => {
  it('are pushed to the collector that is configured, at the latest when the process ends', async () => {
    const pushed: string[] = [];
    const collector = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => pushed.push(`${request.url ?? ''} ${chunk.toString('latin1')}`));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const telemetry = createTelemetry('recon-api', { otlpEndpoint: `http://127.0.0.1:${port}` });
    createReconMetrics(telemetry, 'enforce').walletRequest('approved');
    await telemetry.shutdown();
    collector.closeAllConnections();
    collector.close();
    assert.ok(pushed.some((body) => body.startsWith('/v1/metrics') && body.includes('recon_wallet_requests_total')));
  });

  it('do not hold up the end of the process where the collector is away', async () => {
    const telemetry = createTelemetry('recon-api', { otlpEndpoint: 'http://127.0.0.1:1' });
    createReconMetrics(telemetry, 'enforce').walletRequest('approved');
    const began = Date.now();
    await telemetry.shutdown();
    assert.ok(Date.now() - began < 5_000, `${Date.now() - began} ms`);
  });
});

async function untilUp(probe: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
