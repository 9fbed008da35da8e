/** From rows to the JSON of the contract: snake_case, times as ISO 8601, money as minor units beside its currency. */
import type { z } from 'zod';
import { commandsAllowed, STATUS_RULES } from '../domain/sms';
import type { MatchRow, SmsDetail } from '../db/read/sms-detail';
import type { ReviewRow } from '../db/reviews';
import type { SmsRow } from '../db/sms-row';
import type { SmsState } from '../workflows/messages';
import { iso, isoOrNull } from './schemas/common';
import type { smsRow } from './schemas/sms';
import type { smsDetail } from './schemas/sms-detail';

type DetailJson = z.input<typeof smsDetail>;

export function presentSms(sms: SmsRow): z.input<typeof smsRow> {
  const rule = STATUS_RULES[sms.status];
  return {
    id: sms.id,
    source: sms.source,
    source_account: sms.sourceAccount,
    device_id: sms.deviceId,
    sender: sms.sender,
    sender_normal: sms.senderNormal,
    body: sms.body,
    received_at: iso(sms.receivedAt),
    ingested_at: iso(sms.ingestedAt),
    status: sms.status,
    step: sms.step,
    review_reason: sms.reviewReason,
    need_check: rule.needsCheck,
    bucket: rule.bucket,
    allowed: [...commandsAllowed(sms.status, sms.reviewReason)],
    phone_id: sms.phoneId,
    template_id: sms.templateId,
    template_version: sms.templateVersion,
    bank: sms.bank,
    amount_minor: sms.amountMinor,
    currency: sms.currency,
    account_tail: sms.accountTail,
    payer_name: sms.payerName,
    reference: sms.reference,
    balance_minor: sms.balanceMinor,
    occurred_at: isoOrNull(sms.occurredAt),
    brand_id: sms.brandId,
    order_id: sms.orderId,
    match_kind: sms.matchKind,
    check_status: sms.checkStatus,
    checked_by: sms.checkedBy,
    checked_at: isoOrNull(sms.checkedAt),
    remark: sms.remark,
    attempt: sms.attempt,
    duplicate_of: sms.duplicateOf,
    wait_until: isoOrNull(sms.waitUntil),
    pending_verdict: sms.pendingVerdict,
    undo_until: isoOrNull(sms.undoUntil),
    workflow_id: sms.workflowId,
    updated_at: iso(sms.updatedAt),
  };
}

export function presentDetail(detail: SmsDetail, state: SmsState | null, temporalUiUrl: string): DetailJson {
  return {
    sms: presentSms(detail.sms),
    sightings: detail.sightings.map((sighting) => ({
      id: sighting.id,
      source: sighting.source,
      source_account: sighting.sourceAccount,
      device_id: sighting.deviceId,
      via: sighting.via,
      message_id: sighting.messageId,
      received_at: iso(sighting.receivedAt),
      seen_at: iso(sighting.seenAt),
      trusted: sighting.trusted,
    })),
    decisions: detail.decisions.map(({ decidedAt, ...decision }) => ({ ...decision, decided_at: iso(decidedAt) })),
    matches: detail.matches.map(presentMatch),
    reviews: detail.reviews.map(presentReview),
    audit: detail.audit.map(({ at, byPerson, ...entry }) => ({ ...entry, at: iso(at), by_person: byPerson })),
    workflow: state && presentState(state),
    temporal_ui_url: temporalUiUrl,
  };
}

function presentMatch(match: MatchRow): DetailJson['matches'][number] {
  const { handoff } = match;
  return {
    id: match.id,
    order_id: match.orderId,
    attempt: match.attempt,
    kind: match.kind,
    amount_minor: match.amountMinor,
    currency: match.currency,
    brand_id: match.brandId,
    created_at: iso(match.createdAt),
    created_by: match.createdBy,
    released_at: isoOrNull(match.releasedAt),
    release_reason: match.releaseReason,
    handoff: handoff && {
      state: handoff.state,
      idempotency_key: handoff.idempotencyKey,
      tries: handoff.tries,
      last_fault: handoff.lastFault,
      refusal_code: handoff.refusalCode,
      ledger_entry_id: handoff.ledgerEntryId,
      started_at: iso(handoff.startedAt),
      answered_at: isoOrNull(handoff.answeredAt),
    },
  };
}

function presentReview(review: ReviewRow): DetailJson['reviews'][number] {
  const { effect } = review;
  const refused = effect?.effect === 'refused' ? effect : null;
  return {
    review_id: review.reviewId,
    attempt: review.attempt,
    command: review.command,
    order_id: review.orderId,
    from: review.startAt,
    remark: review.remark,
    reviewer: review.reviewer,
    undo_seconds: review.undoSeconds,
    created_at: iso(review.createdAt),
    effect: effect && {
      effect: effect.effect,
      status: effect.status,
      code: refused?.code ?? null,
      message: refused?.message ?? null,
      at: isoOrNull(review.effectAt),
    },
  };
}

function presentState({ standing, pendingMessages, story }: SmsState): DetailJson['workflow'] {
  return {
    attempt: standing.attempt,
    status: standing.status,
    step: standing.step,
    reason: standing.reason,
    brand_id: standing.brandId,
    wait_ms: standing.waitMs === null ? null : Math.round(standing.waitMs),
    pending_messages: pendingMessages,
    story: [...story],
  };
}
