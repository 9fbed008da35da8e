import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderOpenApi } from '../../api/write-openapi/render';
import { projectRoot } from '../../stand/home';
import { startTestApi } from '../support/api';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { security: unknown[]; responses: Record<string, unknown> }>>;
}

/** Section 8 of the contract, without what later doors add. */
const CONTRACT = [
  'GET /internal/recon/shooter/template/list',
  'POST /internal/recon/shooter/template/add',
  'POST /internal/recon/shooter/template/delete',
  'GET /internal/recon/shooter/phone/list',
  'POST /internal/recon/shooter/phone/add',
  'POST /internal/recon/shooter/phone/delete',
  'GET /internal/recon/shooter/sms/list',
  'GET /internal/recon/shooter/sms/get',
  'POST /internal/recon/shooter/sms/check',
  'POST /internal/recon/shooter/sms/reset',
  'GET /internal/recon/shooter/device/list',
  'POST /internal/recon/shooter/device/trust',
  'POST /internal/recon/shooter/device/delete',
  'GET /internal/recon/stats/top-info',
  'GET /internal/recon/stats/counts',
  'POST /hooks/sms/generic',
];

describe('the OpenAPI document', function () {
  this.timeout(60_000);

  it('is the one that is checked in', () => {
    const file = path.join(projectRoot(), 'docs', 'generated', 'openapi.json');
    const hint = 'run node dist/api/write-openapi/main.js and look at what changed';
    assert.equal(readFileSync(file, 'utf8'), renderOpenApi(), hint);
  });

  it('is served, names every route of the contract, and asks for a token where one is asked for', async () => {
    const api = await startTestApi();
    const document = (await api.get('/openapi.json')).json as unknown as Document;
    await api.stop();
    assert.equal(document.openapi, '3.1.1');
    for (const entry of CONTRACT) {
      const [method = '', route = ''] = entry.split(' ');
      const operation = document.paths[route]?.[method.toLowerCase()];
      assert.ok(operation, entry);
      assert.equal(operation.security.length, route.startsWith('/internal/') ? 1 : 0, entry);
      assert.ok('200' in operation.responses && '400' in operation.responses && '401' in operation.responses, entry);
    }
  });
});
