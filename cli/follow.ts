/** Following an SMS until the machine has done what it can: each change of status is a line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { smsDetail } from '../api/schemas/sms-detail';
import { parseDurationMs } from '../service/duration';
import { CliError } from './cli-error';
import type { CliContext } from './context';
import { EXIT, type ExitCode } from './exit-codes';
import { SHOOTER } from './recon-api';
import { statusWords } from './present-sms';
import { localTime } from './words';

const DEFAULT_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/** `--wait`, or `--wait 5m`: milliseconds. */
export const followOption = z.union([z.literal(true), z.string()]).transform((given, check) => {
  const limitMs = given === true ? DEFAULT_LIMIT_MS : parseDurationMs(given);
  if (limitMs !== undefined) return limitMs;
  check.addIssue({ code: 'custom', message: 'is no duration: write 30s or 5m' });
  return z.NEVER;
});

export interface Followed {
  readonly id: number;
  readonly limitMs: number;
  /** Nothing counts before the SMS is at this attempt. */
  readonly fromAttempt?: number;
  /** What `--json` says beside where the SMS has come to. */
  readonly result: object;
}

type Detail = z.output<typeof smsDetail>;

/** 0 where it has come to rest, 1 where it still is on its way when the time is over. */
export async function followSms(context: CliContext, followed: Followed): Promise<ExitCode> {
  const { output } = context;
  const deadline = Date.now() + followed.limitMs;
  let shown = '';
  let last: Detail | undefined;
  while (last === undefined || !isDecided(last, followed.fromAttempt ?? 1)) {
    if (last !== undefined) await sleep(LOOK_AGAIN_MS);
    last = await look(context, followed.id, deadline);
    const { sms } = last;
    const words = `attempt ${sms.attempt}: ${statusWords(sms)}`;
    if (words !== shown) output.say(`  ${localTime(sms.updated_at)}  ${words}`);
    shown = words;
    if (Date.now() > deadline) break;
  }
  const decided = isDecided(last, followed.fromAttempt ?? 1);
  const { sms, temporal_ui_url } = last;
  const where = {
    status: sms.status,
    review_reason: sms.review_reason,
    attempt: sms.attempt,
    order_id: sms.order_id,
    decided,
    temporal_ui_url,
  };
  output.give({ ...followed.result, ...where }, () =>
    decided
      ? [`SMS ${sms.id} is ${statusWords(sms)}`, `  recon sms explain ${sms.id}   says why`]
      : [`SMS ${sms.id} is still ${statusWords(sms)}; it goes on by itself`, `  ${temporal_ui_url}`],
  );
  return decided ? EXIT.ok : EXIT.no;
}

/** At rest: closed, approved, or before a person. */
function isDecided({ sms }: Detail, fromAttempt: number): boolean {
  return sms.attempt >= fromAttempt && sms.bucket !== 'open';
}

/** A service that is away for a moment is waited for, as long as there is time. */
async function look(context: CliContext, id: number, deadline: number): Promise<Detail> {
  for (;;) {
    try {
      return await context.api().get(`${SHOOTER}/sms/get`, { id }, smsDetail);
    } catch (error) {
      const isAway = error instanceof CliError && error.exitCode === EXIT.away;
      if (!isAway || Date.now() > deadline) throw error;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}
