/** What else happens on a phone and is no incoming SMS: clients must look, and find nothing to book. */
import { ephemeral, type PhoneSmsDeps } from './phone-sms';
import type { Account, Device, Phone } from './model';

export interface OnPhone extends PhoneSmsDeps {
  readonly account: Account;
  readonly device: Device;
  readonly phone: Phone;
}

export function outgoingSms({ to, body }: { to: string; body: string }, on: OnPhone): void {
  const { world, phone, nowMs } = on;
  const now = nowMs();
  world.addMessage(phone, {
    address: to,
    name: to,
    body,
    timestamp: Math.floor(now / 1000),
    direction: 'outgoing',
    visibleAtMs: phone.online ? now : Number.POSITIVE_INFINITY,
  });
  seenOnPhone(on);
}

export function seenOnPhone(on: OnPhone): void {
  if (on.phone.online) ephemeral(on, { type: 'sms_changed', source_device_iden: on.device.iden, notifications: [] });
}
