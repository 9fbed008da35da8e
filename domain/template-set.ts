/** The templates in force, indexed once by sender: what the parser works with. Immutable; build a new one on change. */
import { compileGuards, type Guards } from './parse-guards';
import { compileTemplate, type CompiledTemplate } from './template-compile';
import type { TemplateRefusal, TemplateVersion } from './template-version';

/** Templates of one priority: they are equals, and must agree. */
export type Tier = readonly CompiledTemplate[];

export interface RefusedTemplate {
  readonly templateId: number;
  readonly version: number;
  readonly refusal: TemplateRefusal;
}

export interface TemplateSet {
  /** What to try for a sender, in order: its own templates by priority, then those for any sender by priority. */
  readonly tiersFor: (sender: string) => readonly Tier[];
  readonly guards: Guards;
  /** Stored versions that no longer compile: left out of the set, never thrown, for the worker's health to show. */
  readonly refused: readonly RefusedTemplate[];
  readonly size: number;
}

/** Compiles every enabled version and the guards (tens of milliseconds): cache the set by the templates' revision. */
export function createTemplateSet(versions: readonly TemplateVersion[]): TemplateSet {
  const compiled: CompiledTemplate[] = [];
  const refused: RefusedTemplate[] = [];
  for (const version of versions.filter(({ enabled }) => enabled)) {
    const result = compileTemplate(version);
    if (result.ok) compiled.push(result.template);
    else refused.push({ templateId: version.templateId, version: version.version, refusal: result.refusal });
  }
  compiled.sort((a, b) => a.version.priority - b.version.priority || a.version.templateId - b.version.templateId);
  const anySender = tiersOf(compiled.filter(({ version }) => version.senders === null));
  const index = new Map<string, readonly Tier[]>();
  for (const sender of new Set(compiled.flatMap(({ version }) => version.senders ?? []))) {
    const own = compiled.filter(({ version }) => version.senders?.includes(sender) === true);
    index.set(sender, [...tiersOf(own), ...anySender]);
  }
  return {
    tiersFor: (sender) => index.get(sender) ?? anySender,
    guards: compileGuards(),
    refused,
    size: compiled.length,
  };
}

function tiersOf(sorted: readonly CompiledTemplate[]): readonly Tier[] {
  const byPriority = new Map<number, CompiledTemplate[]>();
  for (const template of sorted) {
    const tier = byPriority.get(template.version.priority);
    if (tier === undefined) byPriority.set(template.version.priority, [template]);
    else tier.push(template);
  }
  return [...byPriority.values()];
}
