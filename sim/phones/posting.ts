/** How an app posts one event: its tries, and what the dials add to them. */
import { request } from 'undici';
import type { Counters } from '../counters';
import type { PhoneDials } from './dials';
import type { AppBehaviour, AppEvent, Phone, TryResult, WireRequest } from './model';

export interface PostingDeps {
  readonly dials: PhoneDials;
  readonly counters: Counters;
  readonly nowMs: () => number;
  /** When the app of this phone begins with its next event: it takes at least a millisecond for each. */
  readonly startMs: (phone: string) => number;
  /** Already scaled; rejects when the simulator ends. */
  readonly wait: (ms: number) => Promise<void>;
}

const NOBODY = 'a secret of nobody at all';

/** True where the app was told that its event was taken; false where it gave up. */
export async function postEvent(
  deps: PostingDeps,
  phone: Phone,
  behaviour: AppBehaviour,
  event: AppEvent,
): Promise<boolean> {
  const { dials, counters, nowMs, wait } = deps;
  const firstAtMs = deps.startMs(phone.id);
  const secret = dials.strikes('secondSecret', phone.id) && phone.nextSecret !== null ? phone.nextSecret : phone.secret;
  await postBeside(deps, phone, behaviour, event, secret);
  for (let tries = 1; ; tries += 1) {
    const atMs = nowMs();
    const wire = behaviour.request(event, { secret, atMs, firstAtMs });
    const result = await tryOnce(deps, phone, wire);
    if (isTaken(result)) {
      if (dials.strikes('replayed', phone.id)) await send(deps, phone, wire, 'replayed');
      if (dials.strikes('otherBody', phone.id)) await send(deps, phone, withOtherText(wire), 'other_body');
      return true;
    }
    const { timeScale, retryTimes } = dials.settings(phone.id);
    const delayMs = behaviour.nextTryMs(tries, result, retryTimes);
    if (delayMs === null) {
      counters.add('given_up');
      return false;
    }
    counters.add('tries_again');
    await wait(delayMs * timeScale);
  }
}

const isTaken = (result: TryResult): boolean => result !== 'no_answer' && result >= 200 && result < 300;

async function tryOnce(deps: PostingDeps, phone: Phone, wire: WireRequest): Promise<TryResult> {
  if (deps.dials.strikes('noNetwork', phone.id)) return 'no_answer';
  const result = await send(deps, phone, wire, 'posted');
  return deps.dials.strikes('dropAnswer', phone.id) ? 'no_answer' : result;
}

/** What strangers, wrong settings and bad clocks send beside the phone. */
async function postBeside(
  deps: PostingDeps,
  phone: Phone,
  behaviour: AppBehaviour,
  event: AppEvent,
  secret: string,
): Promise<void> {
  const { dials, nowMs } = deps;
  const signed = (by: string | null, atMs: number) => behaviour.request(event, { secret: by, atMs, firstAtMs: atMs });
  const { staleMs } = dials.settings(phone.id);
  if (dials.strikes('wrongSignature', phone.id)) await send(deps, phone, signed(NOBODY, nowMs()), 'wrong_signature');
  if (dials.strikes('missingSignature', phone.id)) await send(deps, phone, signed(null, nowMs()), 'missing_signature');
  if (dials.strikes('staleTimestamp', phone.id))
    await send(deps, phone, signed(secret, nowMs() - staleMs), 'stale_timestamp');
}

/** One digit of the text is another: the amount, for whoever wants more money. */
function withOtherText({ headers, body }: WireRequest): WireRequest {
  const field = /"(message|content)":"(?:[^"\\]|\\.)*?\d/.exec(body);
  if (!field) return { headers, body: `${body} ` };
  const at = field.index + field[0].length - 1;
  return { headers, body: `${body.slice(0, at)}${(Number(body[at]) + 1) % 10}${body.slice(at + 1)}` };
}

/** Counts what was answered, as `<what>:<status>`. */
async function send(
  { dials, counters }: PostingDeps,
  phone: Phone,
  wire: WireRequest,
  what: string,
): Promise<TryResult> {
  const { timeoutMs } = dials.settings(phone.id);
  const result = await request(phone.targetUrl, {
    method: 'POST',
    headers: wire.headers,
    body: wire.body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  }).then(
    async ({ statusCode, body }): Promise<TryResult> => {
      await body.dump();
      return statusCode;
    },
    (): TryResult => 'no_answer',
  );
  counters.add(`${what}:${result}`);
  return result;
}
