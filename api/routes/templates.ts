/** `/internal/recon/shooter/template/*`: the parsing rules. */
import { normaliseSender } from '../../domain/phone';
import { compileTemplate, readsBalance, type TemplateDraft } from '../../domain/template';
import type { Db } from '../../db/query';
import { addTemplate, deleteTemplate, enableTemplate, listTemplates, type TemplateRow } from '../../db/templates';
import { findNowParsed } from '../../db/would-run';
import { HttpError } from '../../service/http-errors';
import { presentWouldRun } from '../present-would-run';
import { done, getRoute, postRoute, type Route } from '../route';
import { runAgain } from '../run-again';
import { deleted, iso } from '../schemas/common';
import { deleteBody } from '../schemas/phones';
import {
  templateAddBody,
  templateAdded,
  templateEnableBody,
  templateList,
  templateRow,
  type TemplateAddBody,
} from '../schemas/templates';
import type { SubmitRequest } from '../submit-request';
import { emptyQuery } from '../text-rules';

export interface TemplateRouteDeps {
  readonly db: Db;
  readonly submit: SubmitRequest;
  readonly defaultCountry: string | undefined;
}

const BASE = '/internal/recon/shooter/template';

export function templateRoutes(deps: TemplateRouteDeps): Route[] {
  return [listRoute(deps), addRoute(deps), enableRoute(deps), deleteRoute(deps)];
}

function listRoute({ db }: TemplateRouteDeps): Route {
  const described = {
    path: `${BASE}/list`,
    summary: 'Templates, each in its current version',
    query: emptyQuery,
    answer: templateList,
  };
  return getRoute(described, async () => ({ items: (await listTemplates(db)).map(presentTemplate) }));
}

function addRoute({ db, submit, defaultCountry }: TemplateRouteDeps): Route {
  const described = {
    path: `${BASE}/add`,
    summary: 'A new template or, with the id or name of one, its next version',
    description: '422 with the reason where it cannot be used. The same content again makes no version.',
    body: templateAddBody,
    answer: templateAdded,
    errors: [404, 409, 422],
  };
  return postRoute(described, async (body, caller) => {
    const draft = draftOf(body, defaultCountry);
    const compiled = compileTemplate({ ...draft, templateId: 0, version: 0 });
    if (!compiled.ok) throw new HttpError(422, compiled.refusal.code, compiled.refusal.message);
    const actor = body.actor ?? caller;
    const added = await addTemplate(db, { id: body.id ?? null, draft, actor });
    if (added.result === 'unknown_template')
      throw new HttpError(404, 'unknown_template', `there is no template ${body.id ?? ''}`);
    if (added.result === 'name_taken')
      throw new HttpError(409, 'template_name_taken', 'another template has this name');
    const { template, result } = added;
    const wouldRun = await findNowParsed(db, template.templateId);
    const reason = `template ${template.templateId} version ${template.version} was added`;
    const run_again = body.run_again === true ? await runAgain(submit, wouldRun, { actor, reason }) : null;
    return done({ ...presentTemplate(template), result, would_run: presentWouldRun(wouldRun), run_again });
  });
}

function enableRoute({ db }: TemplateRouteDeps): Route {
  const described = {
    path: `${BASE}/enable`,
    summary: 'Use a template, or keep it without using it',
    body: templateEnableBody,
    answer: templateRow,
    errors: [404],
  };
  return postRoute(described, async ({ id, enabled, actor }, caller) => {
    const template = await enableTemplate(db, { id, enabled, actor: actor ?? caller });
    if (!template) throw new HttpError(404, 'unknown_template', `there is no template ${id}`);
    return done(presentTemplate(template));
  });
}

function deleteRoute({ db }: TemplateRouteDeps): Route {
  const described = {
    path: `${BASE}/delete`,
    summary: 'Take a template out of use for good; its versions stay',
    body: deleteBody,
    answer: deleted,
    errors: [404],
  };
  return postRoute(described, async ({ id, actor }, caller) => {
    if (!(await deleteTemplate(db, id, actor ?? caller)))
      throw new HttpError(404, 'unknown_template', `there is no template ${id}`);
    return done({ id, deleted: true } as const);
  });
}

/** Senders are brought into their one form here, so that nobody has to know it. */
function draftOf(body: TemplateAddBody, defaultCountry: string | undefined): TemplateDraft {
  return {
    name: body.name,
    bank: body.bank,
    kind: body.kind ?? 'credit',
    senders: body.senders?.map((sender) => normalOr422(sender, defaultCountry)) ?? null,
    priority: body.priority ?? 100,
    pattern: body.pattern,
    decimalSeparator: body.decimal_separator === undefined ? '.' : body.decimal_separator,
    groupSeparators: body.group_separators ?? ',',
    currency: body.currency ?? null,
    unitMultiplier: body.unit_multiplier ?? 1,
    dateFormat: body.date_format ?? null,
    timeZone: body.time_zone ?? 'UTC',
    enabled: body.enabled ?? true,
    dailyLimitMinor: body.daily_limit_minor ?? null,
    sample: body.sample ?? null,
    balanceChain: body.balance_chain ?? readsBalance(body.pattern),
  };
}

function normalOr422(sender: string, defaultCountry: string | undefined): string {
  const normal = normaliseSender(sender, defaultCountry);
  if (!normal.ok) throw new HttpError(422, 'sender_not_valid', `senders: ${normal.message}`);
  return normal.sender.value;
}

function presentTemplate(template: TemplateRow) {
  return {
    id: template.templateId,
    version: template.version,
    name: template.name,
    bank: template.bank,
    kind: template.kind,
    senders: template.senders === null ? null : [...template.senders],
    priority: template.priority,
    pattern: template.pattern,
    decimal_separator: template.decimalSeparator,
    group_separators: template.groupSeparators,
    currency: template.currency,
    unit_multiplier: template.unitMultiplier,
    date_format: template.dateFormat,
    time_zone: template.timeZone,
    enabled: template.enabled,
    daily_limit_minor: template.dailyLimitMinor,
    sample: template.sample,
    balance_chain: template.balanceChain,
    created_at: iso(template.createdAt),
    created_by: template.createdBy,
    changed_at: iso(template.changedAt),
    changed_by: template.changedBy,
  };
}
