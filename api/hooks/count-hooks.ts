/** `recon_hook_requests_total{channel,outcome}`: what comes to the doors of the phone apps, and what of it is ours. */
import { PHONE_APPS, type PhoneApp } from '../../domain/phone-apps';
import type { Telemetry } from '../../service/telemetry';
import { HOOK_OUTCOMES, type HookOutcome } from './door';

export function createHookCounter(
  telemetry: Pick<Telemetry, 'counter'>,
): (app: PhoneApp, outcome: HookOutcome) => void {
  const requests = telemetry.counter('recon_hook_requests_total', 'Requests of phone apps by what came of them');
  // A series that is there from the start shows its first step.
  for (const channel of PHONE_APPS) for (const outcome of HOOK_OUTCOMES) requests.add({ channel, outcome }, 0);
  return (channel, outcome) => requests.add({ channel, outcome });
}
