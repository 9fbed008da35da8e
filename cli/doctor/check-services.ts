/** The api and the wallet: are they there, and of this version? */
import { request } from 'undici';
import { z } from 'zod';
import { version } from '../../package.json';
import { causeOf, CliError } from '../cli-error';
import { jsonOf, STATS, type ReconApi } from '../recon-api';
import { formatAge } from '../words';
import { fail, ok, warn, type Check } from './checks';

const LIMIT_MS = 4_000;

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** Undefined, with the cause, where nobody answers. */
export async function ask(url: string): Promise<Reply | { readonly cause: string }> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS });
    return { status: statusCode, json: jsonOf(await body.text()) };
  } catch (error) {
    return { cause: causeOf(error) };
  }
}

export async function checkWallet(url: string): Promise<Check> {
  const reply = await ask(`${url}/readyz`);
  const hint = 'Start it, or mend WALLET_SERVICE_URL. Matched SMS ask again by themselves (APPROVAL_LADDER).';
  if ('cause' in reply) return fail('wallet', `does not answer at ${url} (${reply.cause})`, hint, 'away');
  if (reply.status === 200) return ok('wallet', `is ready at ${url}`);
  // The contract of a foreign wallet has no health route: an answer is all that can be asked of it.
  if (reply.status === 404) return ok('wallet', `answers at ${url}`);
  return fail('wallet', `is not ready at ${url} (HTTP ${reply.status})`, hint, 'away');
}

const versionReply = z.object({ service: z.string(), version: z.string() });
const healthReply = z.record(z.string(), z.unknown());
const partReply = z.object({ state: z.string() });

export async function checkApi(url: string): Promise<Check[]> {
  const ready = await ask(`${url}/readyz`);
  const hint = 'Start it ("npm start"), or mend RECON_SERVICE_URL.';
  if ('cause' in ready) return [fail('api', `does not answer at ${url} (${ready.cause})`, hint, 'away')];
  if (ready.status !== 200)
    return [
      fail(
        'api',
        `is not ready at ${url} (HTTP ${ready.status})`,
        'Its database is away, or it is none of ours.',
        'away',
      ),
    ];
  return [ok('api', `is ready at ${url}`), ...(await checkVersion('api', url)), ...(await checkApiParts(url))];
}

export async function checkVersion(part: string, url: string): Promise<Check[]> {
  const reply = await ask(`${url}/version`);
  const theirs = 'json' in reply ? versionReply.safeParse(reply.json).data : undefined;
  if (theirs === undefined) return [warn(part, 'says no version', 'Is it a process of recon?')];
  return theirs.version === version
    ? []
    : [warn(part, `is of version ${theirs.version}, this command of ${version}`, 'Deploy them together.')];
}

async function checkApiParts(url: string): Promise<Check[]> {
  const reply = await ask(`${url}/health`);
  const parts = 'json' in reply ? (healthReply.safeParse(reply.json).data ?? {}) : {};
  const down = Object.entries(parts).flatMap(([name, part]) =>
    partReply.safeParse(part).data?.state === 'down' ? [name] : [],
  );
  return down.length === 0
    ? []
    : [fail('api', `does not reach ${down.join(', ')}`, 'See the lines about them; mend its configuration.', 'away')];
}

const topInfo = z.object({
  sms_need_check_cnt: z.int(),
  sms_need_check_overdue_cnt: z.int(),
  sms_oldest_need_check_age_seconds: z.number(),
  balance_gap_cnt: z.int(),
});

/** Is our token taken, and how long have people been waited for? */
export async function checkReviews(api: ReconApi): Promise<Check> {
  try {
    const info = await api.get(`${STATS}/top-info`, {}, topInfo);
    const oldest = formatAge(info.sms_oldest_need_check_age_seconds * 1_000);
    if (info.sms_need_check_overdue_cnt > 0)
      return warn(
        'reviews',
        `${info.sms_need_check_cnt} SMS wait for a person, ${info.sms_need_check_overdue_cnt} of them longer than REVIEW_SLA (the oldest ${oldest})`,
        '"recon sms list --need-check" shows them.',
      );
    if (info.balance_gap_cnt > 0)
      return warn(
        'reviews',
        `${info.balance_gap_cnt} gaps in balances wait for a person: SMS are missing there`,
        '"recon gap list --status awaiting_review" shows them.',
      );
    const waiting =
      info.sms_need_check_cnt === 0 ? 'no SMS waits' : `${info.sms_need_check_cnt} SMS wait (the oldest ${oldest})`;
    return ok('reviews', `${waiting} for a person; the token of ops is taken`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const kind = error.exitCode === 2 ? 'configuration' : 'away';
    return fail('reviews', error.message, error.hint ?? 'See the lines about api.', kind);
  }
}
