/**
 * Listening to one account with one set of credentials. The stream says what happens, the service's REST says what is: after
 * every connect the back-fill comes first, and what the stream says meanwhile waits for it. A frame that cannot be handled
 * (PostgreSQL away, the service away) stays, and the back-fill is done again before it.
 */
import type { LoopFault } from '../../domain/source-health';
import type { Db } from '../../db/query';
import type { Logger } from '../../service/logger';
import { isTransientPostgresError } from '../../service/postgres';
import type { LoopReporter } from '../loop-reporter';
import type { AccountLink } from './account-link';
import type { Deliver } from './deliver';
import { loopFaultOf, pauseAfter } from './fault';
import { createInbox, hasHints, type Waiting } from './inbox';
import type { MirrorReader } from './mirror-reader';
import type { PhoneReader } from './phone-reader';
import { createPhones } from './phones';
import { PushbulletError, type LiveSms, type ThreadHead } from './protocol';
import type { PushReader } from './push-reader';
import { keepConnected } from './reconnect';
import { addressBehind } from './sender-of';
import type { ListenerTiming } from './timing';
import { createBell } from './bell';

export interface SessionDeps {
  readonly db: Db;
  readonly deliver: Deliver;
  readonly phoneReader: PhoneReader;
  readonly pushReader: PushReader;
  readonly mirrorReader: MirrorReader;
  readonly logger: Logger;
  /** PUSHBULLET_STREAM_URL. */
  readonly streamUrl: string;
  readonly timing: ListenerTiming;
}

export interface SessionInput {
  readonly link: AccountLink;
  readonly reporter: LoopReporter;
  readonly signal: AbortSignal;
}

/** A fault that is nobody's but the frame's own is met this often before the frame is put aside. */
const TRIES_PER_FRAME = 3;

/** Resolves once the signal is aborted. Never rejects. */
export async function runSession(deps: SessionDeps, { link, reporter, signal }: SessionInput): Promise<void> {
  const { logger, timing } = deps;
  const bell = createBell(signal);
  const phones = createPhones(link, {
    db: deps.db,
    reader: deps.phoneReader,
    recentGapMs: timing.recentGapMs,
  });
  const inbox = createInbox({
    cipher: link.cipher,
    onBad: (reason, times) => {
      if (times <= 3 || times % 100 === 0)
        logger.warn({ accountId: link.id, reason, times }, 'a frame that cannot be used');
    },
  });
  /** Connections so far, and the one after whose opening everything was read. */
  const opens = { count: 0, syncedFor: 0 };
  let backFills = 0;
  let failures = 0;
  let hintsAt = 0;
  let encryptedTriedAt = 0;

  const isOver = () => signal.aborted;
  const isSynced = () => opens.count > 0 && opens.syncedFor === opens.count;
  const detail = () => ({
    phones: phones.known().length,
    encrypted: phones.encrypted().length,
    bad_frames: inbox.counts.bad,
    unreadable_frames: inbox.counts.unreadable,
    dropped_frames: inbox.counts.dropped,
    connections: opens.count,
    back_fills: backFills,
  });
  const failed = (fault: LoopFault) => reporter.failed(fault, detail());
  /** A listener that can read none of its phones is of no use, however lively its socket is. */
  function progressed(): void {
    const { length } = phones.encrypted();
    if (length > 0 && length >= phones.known().length) failed('encrypted');
    else reporter.progressed(detail());
  }

  async function backFill(): Promise<void> {
    const connection = opens.count;
    inbox.takeHints();
    await phones.refresh();
    for (const iden of phones.known()) await phones.read(iden, 'recent');
    await deps.pushReader.read(link);
    encryptedTriedAt = Date.now();
    backFills += 1;
    opens.syncedFor = connection;
    if (isSynced()) progressed();
  }

  async function followHints(): Promise<void> {
    const hints = inbox.takeHints();
    hintsAt = Date.now() + timing.hintGapMs;
    const added = hints.devices ? await phones.refresh() : [];
    const wanted = new Set([...hints.phones, ...(hints.allPhones ? phones.known() : []), ...added]);
    for (const iden of wanted) await phones.readHinted(iden);
    if (hints.pushes) await deps.pushReader.read(link);
    if (hints.allPhones) progressed();
  }

  async function handle({ frame, arrivedAt }: Waiting): Promise<void> {
    if (frame.kind === 'mirror') {
      const { mirror } = frame;
      const refetch = () => phones.readHinted(mirror.deviceIden);
      await deps.mirrorReader.read({ link, mirror, arrivedAt, heads: phones.heads(mirror.deviceIden), refetch });
      return;
    }
    const inOrder = [...frame.notifications].sort((a, b) => a.timestamp - b.timestamp);
    for (const sms of inOrder) if (sms.timestamp >= link.horizonSeconds) await takeLive(frame.deviceIden, sms);
  }

  async function takeLive(deviceIden: string, sms: LiveSms): Promise<void> {
    const known = phones.heads(deviceIden);
    const heads = known.some(({ id }) => id === sms.threadId) ? known : await lookAgain(deviceIden, known);
    await deps.deliver({
      accountIden: link.iden,
      deviceIden,
      via: 'live',
      threadId: sms.threadId,
      sender: addressBehind(heads, sms) ?? sms.title,
      body: sms.body,
      receivedAt: new Date(sms.timestamp * 1000),
    });
  }

  /** A thread that was not there before. The frame does not wait for a service that is away: its title is a sender, mostly. */
  async function lookAgain(deviceIden: string, known: readonly ThreadHead[]): Promise<readonly ThreadHead[]> {
    try {
      return await phones.read(deviceIden, 'moved');
    } catch (error) {
      if (!(error instanceof PushbulletError)) throw error;
      inbox.hints.phones.add(deviceIden);
      return known;
    }
  }

  let triesOfFirst = 0;
  async function handleFirst(first: Waiting): Promise<void> {
    try {
      await handle(first);
    } catch (error) {
      const passes = error instanceof PushbulletError || isTransientPostgresError(error);
      triesOfFirst += 1;
      if (passes || triesOfFirst < TRIES_PER_FRAME) throw error;
      logger.error({ err: error, accountId: link.id }, 'a frame was put aside');
      inbox.counts.bad += 1;
      const { frame } = first;
      // Its threads have the SMS too.
      inbox.hints.phones.add(frame.kind === 'mirror' ? frame.mirror.deviceIden : frame.deviceIden);
    }
    triesOfFirst = 0;
    inbox.waiting.shift();
  }

  /** One step of what there is to do; milliseconds to wait at most where there is nothing now. */
  async function step(): Promise<number | 'again'> {
    if (opens.count === 0) return timing.maxRetryMs;
    if (!isSynced()) {
      await backFill();
      return 'again';
    }
    const [first] = inbox.waiting;
    if (first) {
      await handleFirst(first);
      return 'again';
    }
    if (phones.encrypted().length > 0 && Date.now() - encryptedTriedAt >= timing.encryptedRetryMs) {
      encryptedTriedAt = Date.now();
      inbox.hints.allPhones = true;
    }
    for (const iden of phones.owed()) inbox.hints.phones.add(iden);
    if (!hasHints(inbox.hints)) return timing.recentGapMs;
    const early = hintsAt - Date.now();
    if (early > 0) return early;
    await followHints();
    return 'again';
  }

  async function work(): Promise<void> {
    while (!isOver()) {
      try {
        const next = await step();
        failures = 0;
        if (next !== 'again') await bell.wait(next);
      } catch (error) {
        if (isOver()) return;
        failures += 1;
        opens.syncedFor = 0;
        failed(loopFaultOf(error));
        if (failures === 1 || failures % 20 === 0)
          logger.warn({ err: error, accountId: link.id, failures }, 'the listener could not go on');
        // A pause is a pause: what the stream says meanwhile does not end it.
        await bell.pause(pauseAfter(error, failures, timing));
      }
    }
  }

  const connected = keepConnected({
    link,
    url: deps.streamUrl,
    timing,
    signal,
    bell,
    onOpen() {
      opens.count += 1;
      bell.ring();
    },
    onFrame(data, isBinary) {
      inbox.put(data, isBinary);
      if (isSynced()) progressed();
      bell.ring();
    },
    onEnd: failed,
  });
  await Promise.all([work(), connected]);
}
