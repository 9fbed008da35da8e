/**
 * Templates (`shooter_template_recharge`) and their versions, which are kept for ever: an SMS names the one that parsed it.
 * Every change raises the templates' revision in the same transaction, so that a worker's cache knows that it is stale.
 */
import { createTemplateSet, type TemplateDraft, type TemplateSet, type TemplateVersion } from '../domain/template';
import { writeAudit } from './audit';
import type { Db, Transaction } from './query';
import { json, queryOne, queryRow, queryRows } from './query';
import { readDefinition, sameDefinition, storeDefinition } from './template-definition';

export interface TemplateRow extends TemplateVersion {
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Of the current version. */
  readonly changedAt: Date;
  readonly changedBy: string;
}

interface TemplateRecord {
  id: number;
  name: string;
  enabled: boolean;
  created_at: Date;
  created_by: string;
  version: number;
  definition: unknown;
  daily_limit_minor: number | null;
  changed_at: Date;
  changed_by: string;
}

const SELECT = `SELECT t.id, t.name, t.enabled, t.created_at, t.created_by, v.version, v.definition, v.daily_limit_minor,
    v.created_at AS changed_at, v.created_by AS changed_by
  FROM shooter_template_recharge t
  JOIN shooter_template_recharge_version v ON v.template_id = t.id AND v.version = t.current_version
  WHERE t.deleted_at IS NULL`;

function mapTemplate(row: TemplateRecord): TemplateRow {
  return {
    ...readDefinition(row.definition),
    templateId: row.id,
    version: row.version,
    name: row.name,
    enabled: row.enabled,
    dailyLimitMinor: row.daily_limit_minor,
    createdAt: row.created_at,
    createdBy: row.created_by,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
  };
}

export async function listTemplates(db: Db): Promise<TemplateRow[]> {
  return (await queryRows<TemplateRecord>(db, `${SELECT} ORDER BY t.id`)).map(mapTemplate);
}

export async function listActiveTemplateVersions(db: Db): Promise<TemplateVersion[]> {
  return (await queryRows<TemplateRecord>(db, `${SELECT} AND t.enabled ORDER BY t.id`)).map(mapTemplate);
}

export async function loadTemplateSet(db: Db): Promise<TemplateSet> {
  return createTemplateSet(await listActiveTemplateVersions(db));
}

export type AddTemplateResult =
  | { readonly result: 'created' | 'changed' | 'unchanged'; readonly template: TemplateRow }
  | { readonly result: 'unknown_template' }
  | { readonly result: 'name_taken' };

/**
 * A new template or, given the id or the name of one that is there, its next version. The same content again makes no
 * version. The caller has compiled the draft.
 */
export async function addTemplate(
  db: Db,
  { id, draft, actor }: { readonly id: number | null; readonly draft: TemplateDraft; readonly actor: string },
): Promise<AddTemplateResult> {
  return db.transaction(async (trx) => {
    // Raised first: the row's lock lets one writer at a time through, so that two of one name cannot both be new.
    const revision = await raiseRevision(trx);
    const named = await findBy(trx, 't.name = :name', { name: draft.name });
    const before = id === null ? named : await findBy(trx, 't.id = :id', { id });
    if (id !== null && !before) return { result: 'unknown_template' };
    if (named && named.templateId !== before?.templateId) return { result: 'name_taken' };
    if (before && isSame(before, draft)) {
      await lowerRevision(trx, revision);
      return { result: 'unchanged', template: before };
    }
    const template = before ? await insertNextVersion(trx, before, draft, actor) : await insertNew(trx, draft, actor);
    await writeAudit(trx, {
      actor,
      byPerson: true,
      action: before ? 'template.change' : 'template.add',
      subject: `template:${template.templateId}`,
      ...(before ? { before: auditView(before) } : {}),
      after: auditView(template),
    });
    return { result: before ? 'changed' : 'created', template };
  });
}

/** Undefined where there is no such template. */
export async function enableTemplate(
  db: Db,
  { id, enabled, actor }: { readonly id: number; readonly enabled: boolean; readonly actor: string },
): Promise<TemplateRow | undefined> {
  return db.transaction(async (trx) => {
    await raiseRevision(trx);
    const before = await findBy(trx, 't.id = :id', { id });
    if (!before) return undefined;
    await queryRows(trx, `UPDATE shooter_template_recharge SET enabled = :enabled WHERE id = :id`, { id, enabled });
    const action = enabled ? 'template.enable' : 'template.disable';
    await writeAudit(trx, { actor, byPerson: true, action, subject: `template:${id}` });
    return { ...before, enabled };
  });
}

/** The row and its versions stay, since SMS name them. False where there is no such template. */
export async function deleteTemplate(db: Db, id: number, actor: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    await raiseRevision(trx);
    const before = await findBy(trx, 't.id = :id', { id });
    if (!before) return false;
    await queryRows(trx, `UPDATE shooter_template_recharge SET deleted_at = now(), enabled = false WHERE id = :id`, {
      id,
    });
    const subject = `template:${id}`;
    await writeAudit(trx, { actor, byPerson: true, action: 'template.delete', subject, before: auditView(before) });
    return true;
  });
}

async function findBy(
  trx: Transaction,
  condition: string,
  bindings: Record<string, string | number>,
): Promise<TemplateRow | undefined> {
  const row = await queryRow<TemplateRecord>(trx, `${SELECT} AND ${condition}`, bindings);
  return row && mapTemplate(row);
}

function isSame(before: TemplateRow, draft: TemplateDraft): boolean {
  return (
    before.name === draft.name &&
    before.enabled === draft.enabled &&
    before.dailyLimitMinor === draft.dailyLimitMinor &&
    sameDefinition(before, draft)
  );
}

async function insertNew(trx: Transaction, draft: TemplateDraft, actor: string): Promise<TemplateRow> {
  const { id } = await queryOne<{ id: number }>(
    trx,
    `INSERT INTO shooter_template_recharge (name, enabled, created_by) VALUES (:name, :enabled, :actor) RETURNING id`,
    { name: draft.name, enabled: draft.enabled, actor },
  );
  return insertVersion(trx, id, 1, draft, actor);
}

async function insertNextVersion(
  trx: Transaction,
  before: TemplateRow,
  draft: TemplateDraft,
  actor: string,
): Promise<TemplateRow> {
  const { templateId: id } = before;
  const version = before.version + 1;
  await queryRows(
    trx,
    `UPDATE shooter_template_recharge SET name = :name, enabled = :enabled, current_version = :version WHERE id = :id`,
    { id, version, name: draft.name, enabled: draft.enabled },
  );
  return insertVersion(trx, id, version, draft, actor);
}

async function insertVersion(
  trx: Transaction,
  id: number,
  version: number,
  draft: TemplateDraft,
  actor: string,
): Promise<TemplateRow> {
  await queryRows(
    trx,
    `INSERT INTO shooter_template_recharge_version (template_id, version, definition, daily_limit_minor, created_by)
     VALUES (:id, :version, :definition::jsonb, :dailyLimitMinor, :actor)`,
    { id, version, definition: json(storeDefinition(draft)), dailyLimitMinor: draft.dailyLimitMinor, actor },
  );
  return mapTemplate(await queryOne<TemplateRecord>(trx, `${SELECT} AND t.id = :id`, { id }));
}

/** Samples stay out of the audit: they may be real texts. */
function auditView(template: TemplateRow): Record<string, unknown> {
  const definition = storeDefinition({ ...template, sample: null });
  const { name, version, enabled, dailyLimitMinor } = template;
  return { name, version, enabled, daily_limit_minor: dailyLimitMinor, ...definition };
}

async function raiseRevision(trx: Transaction): Promise<number> {
  const { revision } = await queryOne<{ revision: number }>(
    trx,
    `INSERT INTO recon_cursor (name, value) VALUES ('templates', '{"revision": 1}')
     ON CONFLICT (name) DO UPDATE
       SET value = jsonb_build_object('revision', (recon_cursor.value ->> 'revision')::int + 1), updated_at = now()
     RETURNING (value ->> 'revision')::int AS revision`,
  );
  return revision;
}

/** Nothing changed after all: workers need not compile the same templates again. */
async function lowerRevision(trx: Transaction, revision: number): Promise<void> {
  await queryRows(
    trx,
    `UPDATE recon_cursor SET value = jsonb_build_object('revision', :revision::int - 1) WHERE name = 'templates'`,
    { revision },
  );
}

/** The revision and the versions of one moment: a cache may not file new templates under an old number. */
export async function readTemplateRevision(db: Db): Promise<{ revision: number; versions: TemplateVersion[] }> {
  return db.transaction(
    async (trx) => {
      const row = await queryRow<{ revision: number }>(
        trx,
        `SELECT (value ->> 'revision')::int AS revision FROM recon_cursor WHERE name = 'templates'`,
      );
      return { revision: row?.revision ?? 0, versions: await listActiveTemplateVersions(trx) };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}
