/** The templates in force for a worker: compiled once for each revision, which every row's own statement reads along. */
import { createTemplateSet, type TemplateSet } from '../domain/template';
import type { Db } from './query';
import { readTemplateRevision } from './templates';

/** Satisfies `TemplateSource` of the activities. */
export interface CachedTemplates {
  /** The set of this revision or, where templates have changed since it was read, of a later one. */
  at(revision: number): Promise<TemplateSet>;
}

export function createTemplateSource(db: Db): CachedTemplates {
  let cached: { readonly revision: number; readonly set: TemplateSet } | undefined;
  let loading: Promise<TemplateSet> | undefined;

  async function load(): Promise<TemplateSet> {
    const { revision, versions } = await readTemplateRevision(db);
    cached = cached?.revision === revision ? cached : { revision, set: createTemplateSet(versions) };
    return cached.set;
  }

  async function at(revision: number): Promise<TemplateSet> {
    if (cached?.revision === revision) return cached.set;
    // Many SMS come upon a change at once: one of them loads.
    if (loading === undefined) {
      loading = load();
      const forget = () => (loading = undefined);
      loading.then(forget, forget);
      return loading;
    }
    const set = await loading;
    // The load may have begun before the change that this row saw.
    return cached !== undefined && cached.revision >= revision ? set : at(revision);
  }

  return { at };
}
