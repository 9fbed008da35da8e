/** An SMS happens on a phone: the phone stores it, and what it tells Pushbullet goes by the ways that the dials leave open. */
import { HttpError } from '../../service/http-errors';
import type { Random } from '../random';
import type { SentRecord, SentSms } from '../record';
import type { PushbulletDials } from './dials';
import type { Encryption } from './encryption';
import type { Account, Device, Phone, Thread } from './model';
import { passwordOf } from './password';
import type { Frame, Stream } from './stream';
import type { World } from './world';

export const PHONE_WAYS = ['live', 'thread', 'mirror', 'push'] as const;
export type PhoneWay = (typeof PHONE_WAYS)[number];

export interface PhoneSms {
  /** Iden of the phone. */
  readonly device: string;
  readonly sender: string;
  readonly body: string;
  /** When the phone got it; absent: now. */
  readonly receivedAt?: Date | undefined;
  /** The name under which the phone's address book knows the sender. */
  readonly contact?: string | undefined;
  /** The ways that it takes, whatever the dials say: none, and nobody but the phone ever has it. Absent: as the dials say. */
  readonly ways?: readonly PhoneWay[] | undefined;
  /** Milliseconds after which it shows in its thread; absent: as the dials say. */
  readonly threadAfterMs?: number | undefined;
}

export interface PhoneSmsDeps {
  readonly world: World;
  readonly dials: PushbulletDials;
  readonly stream: Stream;
  readonly encryption: Encryption;
  readonly record: SentRecord;
  readonly random: Random;
  readonly nowMs: () => number;
  /** Runs later unless the simulator is closed before. */
  readonly later: (delayMs: number, act: () => void) => void;
}

interface Happening extends PhoneSmsDeps {
  readonly account: Account;
  readonly device: Device;
  readonly phone: Phone;
  readonly sms: PhoneSms;
  readonly thread: Thread;
  readonly timestamp: number;
}

/** @throws HttpError 404 where the device is no phone. */
export function smsHappens(sms: PhoneSms, deps: PhoneSmsDeps): SentSms {
  const { world, dials, record, nowMs } = deps;
  const found = world.device(sms.device);
  const phone = found?.device.phone;
  if (!found?.device.active || !phone) throw new HttpError(404, 'unknown_device', 'no phone has this iden');
  const { account, device } = found;
  const scope = account.iden;
  const settings = dials.settings(scope);
  const timestamp = Math.floor((sms.receivedAt?.getTime() ?? nowMs()) / 1000);

  const { ways: chosen } = sms;
  const takes = (way: PhoneWay, byDials: () => boolean) => (chosen === undefined ? byDials() : chosen.includes(way));
  const isLive = phone.online && takes('live', () => !dials.strikes('missedLive', scope));
  const isEmptied = isLive && dials.strikes('emptyNotifications', scope);
  const byMirror = phone.online && takes('mirror', () => dials.strikes('byMirror', scope));
  const byPush = phone.online && takes('push', () => dials.strikes('byPush', scope));
  // Frames are gone with their socket; a thread and a push stay. So `keepOneWay` turns "never in the thread" into "late".
  const missesThread = !takes('thread', () => !dials.strikes('missedThread', scope));
  const isKept = missesThread && chosen === undefined && settings.keepOneWay && !byPush;
  const inThread = !missesThread || isKept;
  const isLate = isKept || dials.strikes('lateThread', scope);
  const lateMs = sms.threadAfterMs ?? (isLate ? settings.lateThreadMs : 0);
  const inThreadAtMs = phone.online ? nowMs() + lateMs : Number.POSITIVE_INFINITY;

  const { thread, id } = world.addMessage(phone, {
    address: sms.sender,
    name: sms.contact ?? sms.sender,
    body: sms.body,
    timestamp,
    direction: 'incoming',
    visibleAtMs: inThread ? inThreadAtMs : undefined,
  });
  const happening: Happening = { ...deps, account, device, phone, sms, thread, timestamp };
  const sent: SentSms = {
    source: 'pushbullet',
    account: account.iden,
    device: device.iden,
    messageId: id,
    sender: sms.sender,
    body: sms.body,
    receivedAt: new Date(timestamp * 1000),
    ways: [
      ...(isLive && !isEmptied ? ['live'] : []),
      ...(inThread ? ['thread'] : []),
      ...(byMirror ? ['mirror'] : []),
      ...(byPush ? ['push'] : []),
    ],
  };
  record.add(sent);

  if (isLive) ephemeral(happening, smsChanged(happening, isEmptied));
  if (byMirror) deps.later(settings.mirrorDelayMs, () => ephemeral(happening, mirrorOf(happening)));
  if (byPush) deps.later(settings.pushDelayMs, () => notePush(happening));
  return sent;
}

/** In the clear or under the account's password, as everything that phones send through the stream. */
export function ephemeral(
  { stream, encryption, dials, account }: Pick<Happening, 'stream' | 'encryption' | 'dials' | 'account'>,
  payload: Frame,
): void {
  const password = passwordOf(account, dials);
  const push = password === null ? payload : encryption.encrypt(payload, password, account.iden);
  stream.live(account, { type: 'push', targets: ['stream'], push });
}

/** Empty or missing `notifications` is what a read or deleted SMS looks like: a hint to look into the threads, no SMS. */
function smsChanged({ device, thread, sms, timestamp, random }: Happening, isEmptied: boolean): Frame {
  const frame = { type: 'sms_changed', source_device_iden: device.iden };
  if (isEmptied) return random.next() < 0.5 ? { ...frame, notifications: [] } : frame;
  return { ...frame, notifications: [{ thread_id: thread.id, title: thread.name, body: sms.body, timestamp }] };
}

/** The notification of the phone's messaging app, as Android shows it: long texts may be cut with an ellipsis. */
function mirrorOf({ account, device, phone, sms, thread, dials, world }: Happening): Frame {
  const { mirrorLength } = dials.settings(account.iden);
  const isShortened = sms.body.length > mirrorLength && dials.strikes('mirrorShortened', account.iden);
  const id = String(phone.nextNotificationId);
  phone.nextNotificationId += 1;
  return {
    type: 'mirror',
    iden: `${device.iden}${id}`,
    application_name: 'Messages',
    package_name: 'com.google.android.apps.messaging',
    title: thread.name,
    body: isShortened ? `${sms.body.slice(0, mirrorLength)}…` : sms.body,
    icon: '',
    notification_id: id,
    notification_tag: null,
    source_device_iden: device.iden,
    source_user_iden: account.iden,
    dismissable: true,
    dismissible: true,
    created: world.clock.float(),
  };
}

/** An app on the phone writes the SMS on as a note: the sender as its title. The stream only says that there is a push. */
function notePush({ world, dials, stream, account, device, sms }: Happening): void {
  const tied = dials.strikes('tiedModified', account.iden);
  world.addPush(account, { title: sms.sender, body: sms.body, sourceDeviceIden: device.iden, tied });
  stream.live(account, { type: 'tickle', subtype: 'push' });
}
