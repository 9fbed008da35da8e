/** The figures of recon by their contractual names (design, section 9), whichever of its processes shows them. */
import type { Telemetry } from './telemetry';

/** The word for recon in `multi_brand_enforcement_mode{service}`. */
export const RECON_SERVICE = 'recon_service';

const MODES = ['off', 'observe', 'enforce'] as const;
export type EnforcementMode = (typeof MODES)[number];

export interface NeedCheck {
  readonly count: number;
  /** Seconds since the longest-waiting SMS came before people; 0 where none waits. */
  readonly oldestAgeSeconds: number;
}

export interface FreshnessFigures {
  readonly loops: readonly { readonly name: string; readonly ageMs: number; readonly fresh: boolean }[];
  readonly devices: readonly { readonly deviceId: number; readonly fault: string }[];
}

export interface ReconMetrics {
  /** An SMS came to an end or to a person. */
  smsOutcome(outcome: string, source: string | null): void;
  stageSeconds(stage: string, seconds: number): void;
  walletRequest(outcome: string): void;
  crossBrand(command: string, mode: string): void;
  /** Shows the queue of people's work, read from the rows at each scrape. */
  showNeedCheck(read: () => Promise<NeedCheck>): void;
  /** Shows how long ago each loop made progress, which are stale, and what phones suffer from. */
  showFreshness(read: () => Promise<FreshnessFigures>): void;
}

/** From a local activity (a few milliseconds) to a night's wait for a deposit. */
const STAGE_BOUNDARIES_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200];

export function createReconMetrics(telemetry: Telemetry, mode: EnforcementMode): ReconMetrics {
  const sms = telemetry.counter('recon_sms_total', 'SMS that came to an end or to a person');
  const seconds = telemetry.histogram('recon_sms_seconds', 'Seconds that a stage of one SMS took', {
    unit: 's',
    boundaries: STAGE_BOUNDARIES_SECONDS,
  });
  const wallet = telemetry.counter('recon_wallet_requests_total', 'Calls of the wallet by what came of them');
  const crossBrand = telemetry.counter('recon_cross_brand_rejected_total', 'Matches across brands, by what met them');
  crossBrand.add({ command: 'sms_match', mode }, 0);
  telemetry.observableGauge('multi_brand_enforcement_mode', 'The mode in force has the value 1', () =>
    MODES.map((known) => ({ value: known === mode ? 1 : 0, labels: { service: RECON_SERVICE, mode: known } })),
  );
  return {
    smsOutcome: (outcome, source) => sms.add({ source: source ?? 'unknown', outcome }),
    stageSeconds: (stage, value) => seconds.record(value, { stage }),
    walletRequest: (outcome) => wallet.add({ outcome }),
    crossBrand: (command, met) => crossBrand.add({ command, mode: met }),
    showNeedCheck(read) {
      const shared = shareReading(read, 1_000);
      telemetry.observableGauge('recon_sms_need_check', 'SMS that wait for a person', async () => [
        { value: (await shared()).count },
      ]);
      const oldest = 'Seconds that the SMS which waits the longest for a person has waited';
      telemetry.observableGauge('recon_oldest_need_check_age_seconds', oldest, async () => [
        { value: (await shared()).oldestAgeSeconds },
      ]);
    },
    showFreshness(read) {
      const shared = shareReading(read, 1_000);
      telemetry.observableGauge('recon_loop_age_seconds', 'Seconds since the loop last made progress', async () =>
        (await shared()).loops.map(({ name, ageMs }) => ({ value: ageMs / 1_000, labels: { loop: name } })),
      );
      telemetry.observableGauge('recon_loop_stale', '1 while the loop is older than its limit', async () =>
        (await shared()).loops.map(({ name, fresh }) => ({ value: fresh ? 0 : 1, labels: { loop: name } })),
      );
      telemetry.observableGauge('recon_device_fault', '1 while the device suffers from the fault', async () =>
        (await shared()).devices.map(({ deviceId, fault }) => ({
          value: 1,
          labels: { device: String(deviceId), fault },
        })),
      );
    },
  };
}

/** Two gauges of one scrape share one query. A failed reading is not kept. */
function shareReading<T>(read: () => Promise<T>, forMs: number): () => Promise<T> {
  let last: { readonly at: number; readonly reading: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at > forMs) {
      const reading = read();
      last = { at: now, reading };
      reading.catch(() => (last = undefined));
    }
    return last.reading;
  };
}
