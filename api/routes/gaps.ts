/** `/internal/recon/shooter/gap/*`: breaks in the balances of accounts, where an SMS is missing. */
import type { z } from 'zod';
import { weighGapCandidate, type GapPolicy } from '../../domain/balance-gap';
import { dismissGap } from '../../db/balance-gaps';
import type { Db } from '../../db/query';
import { findGapCandidates, listGaps, readGap, type GapInList } from '../../db/read/gaps';
import { findSms, type SmsRow } from '../../db/sms-row';
import { HttpError } from '../../service/http-errors';
import { readCursor, writeCursor } from '../cursor';
import { presentSms } from '../present-sms';
import { done, getRoute, postRoute, type Route } from '../route';
import { iso, isoOrNull } from '../schemas/common';
import { gapDetail, gapDismissBody, gapGetQuery, gapList, gapListQuery, gapRow } from '../schemas/gaps';

export interface GapRouteDeps {
  readonly db: Db;
  readonly policy: GapPolicy;
}

const BASE = '/internal/recon/shooter/gap';
const DEFAULT_LIMIT = 50;

export function gapRoutes(deps: GapRouteDeps): Route[] {
  return [listRoute(deps), showRoute(deps), dismissRoute(deps)];
}

function listRoute({ db }: GapRouteDeps): Route {
  const described = {
    path: `${BASE}/list`,
    summary: 'Gaps in balances, newest first',
    query: gapListQuery,
    answer: gapList,
  };
  return getRoute(described, async (query) => {
    const { items, nextBefore } = await listGaps(db, {
      statuses: query.status ?? [],
      before: readCursor(query.cursor),
      limit: query.limit ?? DEFAULT_LIMIT,
    });
    return { items: items.map(presentGap), next_cursor: writeCursor(nextBefore) };
  });
}

function showRoute({ db, policy }: GapRouteDeps): Route {
  const described = {
    path: `${BASE}/get`,
    summary: 'A gap, the SMS around it, and the pending deposits that its money fits',
    query: gapGetQuery,
    answer: gapDetail,
    errors: [404],
  };
  return getRoute(described, async ({ id }) => {
    const gap = await knownGap(db, id);
    const [before, after, deposits] = await Promise.all([
      knownSms(db, gap.beforeSmsId),
      knownSms(db, gap.afterSmsId),
      findGapCandidates(db, gap, policy),
    ]);
    const money = { ...gap, accountTail: gap.accountTail === '' ? null : gap.accountTail };
    const candidates = deposits.map((deposit) => {
      const { eligible, lines } = weighGapCandidate(money, deposit, policy);
      return {
        order_id: deposit.orderId,
        brand_id: deposit.brandId,
        amount_minor: deposit.amountMinor,
        currency: deposit.currency,
        created_at: iso(deposit.createdAt),
        eligible,
        lines: [...lines],
      };
    });
    return { gap: presentGap(gap), before: presentSms(before), after: presentSms(after), candidates };
  });
}

function dismissRoute({ db }: GapRouteDeps): Route {
  const described = {
    path: `${BASE}/dismiss`,
    summary: 'Close a gap for good: nothing that matters is missing',
    description: '409 where it is not open any more.',
    body: gapDismissBody,
    answer: gapRow,
    errors: [404, 409],
  };
  return postRoute(described, async ({ id, remark, actor }, caller) => {
    const by = { actor: actor ?? caller, remark: remark ?? null };
    const dismissed = await db.transaction((trx) => dismissGap(trx, id, by));
    const gap = await knownGap(db, id);
    if (!dismissed) {
      const at = gap.closedAt === null ? '' : ` at ${iso(gap.closedAt)}`;
      throw new HttpError(409, 'gap_closed', `gap ${id} is ${gap.status} by ${gap.closedBy ?? 'nobody'}${at}`);
    }
    return done(presentGap(gap));
  });
}

async function knownGap(db: Db, id: number): Promise<GapInList> {
  const gap = await readGap(db, id);
  if (!gap) throw new HttpError(404, 'unknown_gap', `there is no gap ${id}`);
  return gap;
}

async function knownSms(db: Db, smsId: number): Promise<SmsRow> {
  const sms = await findSms(db, smsId);
  if (!sms) throw new HttpError(404, 'unknown_sms', `there is no SMS ${smsId}`);
  return sms;
}

function presentGap(gap: GapInList): z.input<typeof gapRow> {
  return {
    id: gap.id,
    status: gap.status,
    bank: gap.bank,
    account_tail: gap.accountTail === '' ? null : gap.accountTail,
    line: gap.line,
    currency: gap.currency,
    missing_minor: gap.missingMinor,
    before_sms_id: gap.beforeSmsId,
    after_sms_id: gap.afterSmsId,
    missing_from: iso(gap.afterTime),
    missing_to: iso(gap.beforeTime),
    backfill_tries: gap.backfillTries,
    found_at: iso(gap.foundAt),
    closed_at: isoOrNull(gap.closedAt),
    closed_by: gap.closedBy,
    remark: gap.remark,
  };
}
