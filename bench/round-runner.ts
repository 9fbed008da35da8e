/** One round of one variant inside the worker process, a fixed number of items under way at a time. */
import type { Client } from '@temporalio/client';
import type { Db } from '../db/query';
import { createIntake } from '../intake/accept-sms';
import type { Inbound, SmsStarter, StartResult } from '../intake/ports';
import type { Logger } from '../service/logger';
import type { Comparators } from './comparators';
import { driveClosed } from './drive';
import { SENDER, SOURCE_ACCOUNT } from './sms-items';
import type { BenchSms, WorkerReply, WorkerRequest } from './worker-messages';

export interface RoundParts {
  readonly db: Db;
  readonly client: Client;
  readonly logger: Logger;
  readonly starter: SmsStarter;
  readonly comparators: Comparators;
}

type Round = Extract<WorkerRequest, { ask: 'round' }>;

/** Every variant is waited for in the same way, by the workflow's result, so that the waiting costs each of them the same. */
export function createRoundRunner(parts: RoundParts): (round: Round) => Promise<WorkerReply> {
  const pipeline = createDoor(parts, parts.starter);
  const fourRemote = createDoor(parts, parts.comparators.fourRemoteStarter);

  return async ({ variant, sms, count, concurrency }) => {
    const cpuBefore = process.cpuUsage();
    const through = (door: Door) => driveClosed(sms, concurrency, door);
    const times = (run: () => Promise<void>) => driveClosed(Array.from({ length: count }), concurrency, run);
    const measured = {
      pipeline: () => through(pipeline),
      four_remote: () => through(fourRemote),
      bare: () => times(parts.comparators.runBare),
      empty: () => times(parts.comparators.runEmpty),
    } as const;
    const elapsedMs = await measured[variant]();
    const { user, system } = process.cpuUsage(cpuBefore);
    return { say: 'round', elapsedMs, cpuMs: (user + system) / 1_000 };
  };
}

const ITEM_LIMIT_MS = 60_000;

/** Takes one SMS in and resolves when its workflow is done. */
type Door = (sms: BenchSms) => Promise<void>;

function createDoor({ db, client, logger }: RoundParts, starter: SmsStarter): Door {
  const starts = new Map<number, Promise<StartResult>>();
  const watched: SmsStarter = {
    ...starter,
    startNew(sms) {
      const start = starter.startNew(sms);
      starts.set(sms.smsId, start);
      return start;
    },
  };
  const intake = createIntake({ db, starter: watched, logger, defaultCountry: undefined });
  return async (sms) => {
    const accepted = await intake.acceptSms(inboundOf(sms));
    if ('conflict' in accepted) throw new Error(`the SMS was not accepted: ${accepted.conflict}`);
    // The intake tells its source before the start is through; the result can be asked for only afterwards.
    await starts.get(accepted.smsId);
    starts.delete(accepted.smsId);
    await within(ITEM_LIMIT_MS, accepted.workflowId, client.workflow.getHandle(accepted.workflowId).result());
  };
}

/** An SMS that waits for a person never ends by itself: the run says which, rather than wait with it. */
async function within(limitMs: number, workflowId: string, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${workflowId} did not end within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function inboundOf({ messageId, body }: BenchSms): Inbound {
  return {
    source: 'webhook',
    sourceAccount: SOURCE_ACCOUNT,
    deviceId: null,
    messageId,
    sender: SENDER,
    body,
    receivedAt: new Date(),
  };
}
