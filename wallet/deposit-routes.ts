/** Making, reading and cancelling deposits: what a cashier's desk would do, for operators, demos and tests. */
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { HttpError } from '../service/http-errors';
import { cancelDeposit, createDeposit, findDeposit, type ApprovalRecord, type Deposit } from './deposits';
import { bodyText, parseBody } from './json-body';
import { createBody, emptyBody } from './schemas';

type ByOrder = RequestHandler<{ orderId: string }>;

export function createRoute(knex: Knex): RequestHandler {
  return async (request, response) => {
    const body = parseBody(createBody, bodyText(request));
    const outcome = await createDeposit(knex, {
      orderId: body.order_id,
      playerId: body.player_id,
      brandId: body.brand_id,
      amountMinor: body.amount_minor,
      currency: body.currency,
      accountTail: body.account_tail ?? null,
      payerName: body.payer_name ?? null,
    });
    switch (outcome.kind) {
      case 'created':
        return void response.status(201).json(depositJson(outcome.deposit));
      case 'same_again':
        return void response.json(depositJson(outcome.deposit));
      case 'order_id_taken':
        throw new HttpError(409, 'order_id_taken', 'there is a deposit with this order_id and another content');
      case 'player_of_other_brand':
        throw new HttpError(422, 'brand_mismatch', 'the player belongs to another brand');
    }
  };
}

export function getRoute(knex: Knex): ByOrder {
  return async (request, response) => {
    const found = await findDeposit(knex, request.params.orderId);
    if (!found) throw unknownDeposit();
    response.json({ ...depositJson(found.deposit), approval: found.approval && approvalJson(found.approval) });
  };
}

export function cancelRoute(knex: Knex): ByOrder {
  return async (request, response) => {
    const text = bodyText(request);
    if (text !== '') parseBody(emptyBody, text);
    const outcome = await cancelDeposit(knex, request.params.orderId);
    switch (outcome.kind) {
      case 'cancelled':
        return void response.json(depositJson(outcome.deposit));
      case 'unknown':
        throw unknownDeposit();
      case 'not_pending':
        throw new HttpError(409, 'deposit_not_pending', `the deposit is ${outcome.status}`);
    }
  };
}

function unknownDeposit(): HttpError {
  return new HttpError(404, 'unknown_deposit', 'there is no deposit with this order_id');
}

function depositJson(deposit: Deposit) {
  return {
    order_id: deposit.orderId,
    player_id: deposit.playerId,
    brand_id: deposit.brandId,
    amount_minor: deposit.amountMinor,
    currency: deposit.currency,
    account_tail: deposit.accountTail,
    payer_name: deposit.payerName,
    status: deposit.status,
    created_at: deposit.createdAt.toISOString(),
    updated_at: deposit.updatedAt.toISOString(),
  };
}

function approvalJson(approval: ApprovalRecord) {
  return {
    sms_id: approval.smsId,
    ledger_entry_id: approval.ledgerEntryId,
    idempotency_key: approval.idempotencyKey,
    brand_id: approval.brandId,
    approved_at: approval.approvedAt.toISOString(),
  };
}
