/** The wallet's own figures in Prometheus' text format: two counters need no library. */
import type { Enforcement } from './approvals';

export interface Figures {
  /** By the word that the caller got: `approved`, `replayed`, or the code of a refusal. */
  countApproval(outcome: string): void;
  countCrossBrand(): void;
  render(): string;
}

export function createFigures(enforcement: Enforcement): Figures {
  const approvals = new Map<string, number>();
  let crossBrand = 0;
  return {
    countApproval: (outcome) => void approvals.set(outcome, (approvals.get(outcome) ?? 0) + 1),
    countCrossBrand: () => void (crossBrand += 1),
    render: () =>
      [
        '# TYPE multi_brand_enforcement_mode gauge',
        `multi_brand_enforcement_mode{service="wallet",mode="${enforcement}"} 1`,
        '# TYPE recon_cross_brand_rejected_total counter',
        `recon_cross_brand_rejected_total{command="wallet_approve",mode="${enforcement}"} ${crossBrand}`,
        '# TYPE wallet_approvals_total counter',
        ...[...approvals].map(([outcome, count]) => `wallet_approvals_total{outcome="${outcome}"} ${count}`),
        '',
      ].join('\n'),
  };
}
