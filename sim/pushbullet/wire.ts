/** How Pushbullet writes what it holds: the JSON of its REST API and of its stream. */
import type { Account, Device, Message, Push, Thread } from './model';

export function userJson(account: Account): object {
  const { iden, email, name, created, modified } = account;
  return {
    iden,
    email,
    email_normalized: email.toLowerCase(),
    name,
    image_url: 'https://static.pushbullet.com/missing-image/55a7dc-45.png',
    max_upload_size: 26_214_400,
    created,
    modified,
  };
}

/** A deleted one keeps only iden, times and `active`. */
export function deviceJson(device: Device): object {
  const { iden, active, created, modified } = device;
  if (!active) return { iden, active, created, modified };
  return {
    iden,
    active,
    created,
    modified,
    nickname: device.nickname,
    generated_nickname: false,
    manufacturer: device.manufacturer,
    model: device.model,
    app_version: device.appVersion,
    push_token: `gcm:${iden}`,
    has_sms: device.phone !== null,
    icon: device.icon,
    type: device.type,
    kind: device.type,
  };
}

export function pushJson(push: Push, account: Account): object {
  const { iden, active, created, modified } = push;
  if (!active) return { iden, active, created, modified };
  return {
    iden,
    active,
    created,
    modified,
    type: 'note',
    dismissed: push.dismissed,
    guid: push.guid,
    direction: 'self',
    sender_iden: account.iden,
    sender_email: account.email,
    sender_email_normalized: account.email.toLowerCase(),
    sender_name: account.name,
    receiver_iden: account.iden,
    receiver_email: account.email,
    receiver_email_normalized: account.email.toLowerCase(),
    ...(push.sourceDeviceIden === null ? {} : { source_device_iden: push.sourceDeviceIden }),
    title: push.title,
    body: push.body,
  };
}

export function messageJson(message: Message): object {
  const { id, type, timestamp, direction, body } = message;
  const sent = direction === 'outgoing' ? { status: 'sent' } : {};
  return { id, type, timestamp, direction, body, ...sent };
}

/** `latest` is absent where the thread shows no message. */
export function threadJson(thread: Thread, latest: Message | undefined): object {
  const { id, address, name } = thread;
  return {
    id,
    recipients: [{ name, address, number: address }],
    ...(latest === undefined ? {} : { latest: messageJson(latest) }),
  };
}
