/** `/internal/recon/shooter/sms/*`: looking at SMS, deciding about one, starting one again. */
import type { Verdict } from '../../domain/sms';
import { workflowIdOf } from '../../domain/sms';
import type { Db } from '../../db/query';
import { readSmsDetail } from '../../db/read/sms-detail';
import { listSms } from '../../db/read/sms-list';
import { HttpError } from '../../service/http-errors';
import { readCursor, writeCursor } from '../cursor';
import { presentDetail, presentSms } from '../present-sms';
import { refusalError } from '../refusal-status';
import { done, getRoute, postRoute, type Route } from '../route';
import type { RunDoor } from '../run-door';
import {
  resetApplied,
  resetRecorded,
  reviewApplied,
  reviewRecorded,
  smsCheckBody,
  smsGetQuery,
  smsList,
  smsListQuery,
  smsResetBody,
} from '../schemas/sms';
import { smsDetail } from '../schemas/sms-detail';
import type { SubmitRequest } from '../submit-request';

export interface SmsRouteDeps {
  readonly db: Db;
  readonly door: RunDoor;
  readonly submit: SubmitRequest;
  /** Milliseconds that showing an SMS waits for its run's own word. */
  readonly stateWaitMs: number;
  readonly temporalUi: { readonly url: string; readonly namespace: string };
}

const BASE = '/internal/recon/shooter/sms';
const DEFAULT_LIMIT = 50;

/** Decisions that can be taken back for a while; the others act at once. */
const CAN_BE_UNDONE: ReadonlySet<Verdict> = new Set<Verdict>(['approve', 'reject', 'abandon']);

export function smsRoutes(deps: SmsRouteDeps): Route[] {
  return [listRoute(deps), showRoute(deps), checkRoute(deps), resetRoute(deps)];
}

function listRoute({ db }: SmsRouteDeps): Route {
  const described = { path: `${BASE}/list`, summary: 'SMS, newest first', query: smsListQuery, answer: smsList };
  return getRoute(described, async (query) => {
    const filter = {
      statuses: query.status ?? [],
      needCheck: query.need_check ?? null,
      reason: query.reason ?? null,
      source: query.source ?? null,
      brandId: query.brand_id ?? null,
      search: query.q?.trim() ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
    };
    const page = { before: readCursor(query.cursor), limit: query.limit ?? DEFAULT_LIMIT };
    const { items, nextBefore } = await listSms(db, filter, page);
    return { items: items.map(presentSms), next_cursor: writeCursor(nextBefore) };
  });
}

function showRoute({ db, door, stateWaitMs, temporalUi }: SmsRouteDeps): Route {
  const described = {
    path: `${BASE}/get`,
    summary: 'Everything about one SMS',
    query: smsGetQuery,
    answer: smsDetail,
    errors: [404],
  };
  return getRoute(described, async ({ id }) => {
    const [detail, state] = await Promise.all([readSmsDetail(db, id), door.state(id, stateWaitMs)]);
    if (!detail) throw new HttpError(404, 'unknown_sms', `there is no SMS ${id}`);
    const url = `${temporalUi.url}/namespaces/${encodeURIComponent(temporalUi.namespace)}/workflows/${workflowIdOf(id)}`;
    return presentDetail(detail, state, url);
  });
}

function checkRoute({ submit }: SmsRouteDeps): Route {
  const described = {
    path: `${BASE}/check`,
    summary: 'A person decides about an SMS',
    description:
      '200 with the effect; 202 where it is recorded and no worker has answered yet; 409 with what happened instead.',
    body: smsCheckBody,
    answer: reviewApplied,
    recorded: reviewRecorded,
    errors: [404, 409, 422],
  };
  return postRoute(described, async (body) => {
    const { id, verdict, review_id } = body;
    const effect = await submit({
      reviewId: review_id,
      smsId: id,
      command: verdict,
      orderId: body.order_id ?? null,
      startAt: null,
      remark: body.remark === '' ? null : (body.remark ?? null),
      reviewer: body.reviewer,
      undoSeconds: CAN_BE_UNDONE.has(verdict) ? (body.undo_seconds ?? 0) : 0,
    });
    if (effect === 'recorded') return { status: 202, body: { state: 'recorded', id, review_id } } as const;
    if (effect.effect === 'refused') throw refusalError(effect);
    return done({ id, review_id, effect: 'applied', status: effect.status, workflow_id: workflowIdOf(id) });
  });
}

function resetRoute({ submit }: SmsRouteDeps): Route {
  const described = {
    path: `${BASE}/reset`,
    summary: 'Start an SMS again, from the whitelist or from a named step',
    body: smsResetBody,
    answer: resetApplied,
    recorded: resetRecorded,
    errors: [404, 409, 422],
  };
  return postRoute(described, async ({ id, reason, actor, request_id, from }) => {
    const effect = await submit({
      reviewId: request_id,
      smsId: id,
      command: from === undefined ? 'reset' : 'rerun',
      orderId: null,
      startAt: from ?? null,
      remark: reason,
      reviewer: actor,
      undoSeconds: 0,
    });
    if (effect === 'recorded') return { status: 202, body: { state: 'recorded', id, request_id } } as const;
    if (effect.effect === 'refused') throw refusalError(effect);
    return done({ id, request_id, effect: 'applied', status: effect.status, workflow_id: workflowIdOf(id) });
  });
}
