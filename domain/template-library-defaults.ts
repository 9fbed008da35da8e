import { readsBalance, type TemplateDraft } from './template-version';

type Given = 'name' | 'bank' | 'senders' | 'pattern' | 'currency' | 'timeZone' | 'sample';

/** A draft with what most banks share: a credit, "1,234.56", no limit. */
export function draftOf(fields: Pick<TemplateDraft, Given> & Partial<TemplateDraft>): TemplateDraft {
  return {
    kind: 'credit',
    priority: 100,
    decimalSeparator: '.',
    groupSeparators: ',',
    unitMultiplier: 1,
    dateFormat: null,
    enabled: true,
    dailyLimitMinor: null,
    balanceChain: readsBalance(fields.pattern),
    ...fields,
  };
}
