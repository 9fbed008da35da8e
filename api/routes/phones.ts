/** `/internal/recon/shooter/phone/*`: the whitelist of senders. */
import { normaliseSender } from '../../domain/phone';
import { addPhone, deletePhone, listPhones, type PhoneRow } from '../../db/phones';
import type { Db } from '../../db/query';
import { findStoppedAtWhitelist } from '../../db/would-run';
import { HttpError } from '../../service/http-errors';
import { presentWouldRun } from '../present-would-run';
import { done, getRoute, postRoute, type Route } from '../route';
import { runAgain } from '../run-again';
import { deleted, iso } from '../schemas/common';
import { deleteBody, phoneAddBody, phoneAdded, phoneList } from '../schemas/phones';
import type { SubmitRequest } from '../submit-request';
import { emptyQuery } from '../text-rules';

export interface PhoneRouteDeps {
  readonly db: Db;
  readonly submit: SubmitRequest;
  /** ISO 3166 code for senders written as national numbers. */
  readonly defaultCountry: string | undefined;
}

const BASE = '/internal/recon/shooter/phone';

export function phoneRoutes(deps: PhoneRouteDeps): Route[] {
  return [listRoute(deps), addRoute(deps), deleteRoute(deps)];
}

function listRoute({ db }: PhoneRouteDeps): Route {
  const described = { path: `${BASE}/list`, summary: 'The whitelist', query: emptyQuery, answer: phoneList };
  return getRoute(described, async () => ({ items: (await listPhones(db)).map(presentPhone) }));
}

function addRoute({ db, submit, defaultCountry }: PhoneRouteDeps): Route {
  const described = {
    path: `${BASE}/add`,
    summary: 'List a sender',
    description: 'Shows what it would have let through, and starts that again where run_again says so.',
    body: phoneAddBody,
    answer: phoneAdded,
    errors: [409, 422],
  };
  return postRoute(described, async (body, caller) => {
    const normal = normaliseSender(body.sender, defaultCountry);
    if (!normal.ok) throw new HttpError(422, 'sender_not_valid', normal.message);
    const actor = body.actor ?? caller;
    const senderNormal = normal.sender.value;
    const { added, phone } = await addPhone(db, { sender: body.sender, senderNormal, label: body.label ?? '', actor });
    if (!added) throw new HttpError(409, 'phone_exists', 'this sender is listed already', { id: phone.id });
    const wouldRun = await findStoppedAtWhitelist(db, senderNormal);
    const reason = `phone ${phone.id} was listed`;
    const run_again = body.run_again === true ? await runAgain(submit, wouldRun, { actor, reason }) : null;
    return done({ ...presentPhone(phone), would_run: presentWouldRun(wouldRun), run_again });
  });
}

function deleteRoute({ db }: PhoneRouteDeps): Route {
  const described = {
    path: `${BASE}/delete`,
    summary: 'Take a sender off the whitelist',
    body: deleteBody,
    answer: deleted,
    errors: [404],
  };
  return postRoute(described, async ({ id, actor }, caller) => {
    if (!(await deletePhone(db, id, actor ?? caller)))
      throw new HttpError(404, 'unknown_phone', `there is no phone ${id}`);
    return done({ id, deleted: true } as const);
  });
}

function presentPhone(phone: PhoneRow) {
  return {
    id: phone.id,
    sender: phone.sender,
    sender_normal: phone.senderNormal,
    label: phone.label,
    created_at: iso(phone.createdAt),
    created_by: phone.createdBy,
  };
}
