import { createTemplateSet, type TemplateDraft, type TemplateVersion } from '../../domain/template';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';

export const LIBRARY_VERSIONS: readonly TemplateVersion[] = TEMPLATE_LIBRARY.map((draft, index) => ({
  ...draft,
  templateId: index + 1,
  version: 1,
}));

export const librarySet = () => createTemplateSet(LIBRARY_VERSIONS);

export function templateName(templateId: number | null): string | null {
  return LIBRARY_VERSIONS.find((version) => version.templateId === templateId)?.name ?? null;
}

/** A plain credit template for "paid 1,234.56 EUR", changed as a test needs it. */
export function versionOf(changes: Partial<TemplateVersion> = {}): TemplateVersion {
  const draft: TemplateDraft = {
    name: 'Plain',
    bank: 'Plain Bank',
    kind: 'credit',
    senders: null,
    priority: 100,
    pattern: 'paid (?P<amount>[0-9.,]+)',
    decimalSeparator: '.',
    groupSeparators: ',',
    currency: 'EUR',
    unitMultiplier: 1,
    dateFormat: null,
    timeZone: '+00:00',
    enabled: true,
    dailyLimitMinor: null,
    sample: null,
    balanceChain: true,
  };
  return { templateId: 1, version: 1, ...draft, ...changes };
}
