/**
 * The demo day: brands, players, deposits, phones, templates, and a day of SMS from the simulators and through the signed
 * hook of the API. Every start tells a new day, and ends once each SMS is where its story says that it must be, or its time
 * is over.
 */
import { tokenToPresent } from '../service/caller-tokens';
import { parseConfig, type Config, type Environment } from '../service/config';
import { createKnex } from '../service/postgres';
import { createDay, nextDayNumber, type Day } from './demo/day';
import { expectedWords, fits, rowWords } from './demo/expectation';
import { createHookSender } from './demo/hook-sender';
import { createService, type Service } from './demo/http';
import { awaitListeners, connectSources } from './demo/connect-sources';
import { createOutsideWorld } from './demo/outside-world';
import { createWatches, type RowWatch } from './demo/watches';
import { seedTemplatesAndPhones } from './demo/seeds';
import { STORIES } from './demo/stories';
import type { Expected, Story } from './demo/story';
import { tellStory, type Told } from './demo/tell-story';
import type { TellDeps } from './demo/telling';
import type { Progress } from './progress';
import { readWalletBooks } from './result/wallet-books';
import { whatIsSimulated, type Simulated } from './simulated-sources';
import type { RunningStand } from './stand';
import { StandError } from './stand-error';

export interface DemoDay {
  readonly number: number;
  /** The SMS that the door has acknowledged, each once. */
  readonly smsIds: readonly number[];
  /** One line for each SMS that is not where its story says; empty where all is well. */
  readonly faults: readonly string[];
}

export interface DemoDeps {
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Stories under way at once: a phone or a desk does one thing after the other, a house of them does not. */
const AT_ONCE = 12;
/** How long the last SMS may take to come to rest. */
const REST_LIMIT_MS = 45_000;

/** Undefined where the wallet is one of the user's own: no demo money is booked there. */
export async function runDemoDay(stand: RunningStand, deps: DemoDeps): Promise<DemoDay | undefined> {
  const { progress, signal } = deps;
  const config = parseConfig({ ...deps.env, ...stand.environment }, 'cli');
  const recon = createKnex({ url: stand.databaseUrls.recon, applicationName: 'recon-demo', poolSize: 2 });
  const owner = createKnex({ url: stand.databaseUrls.owner, applicationName: 'recon-demo-owner', poolSize: 2 });
  const watches = createWatches(recon);
  signal.addEventListener('abort', watches.stop);
  try {
    const services = connect(stand, config);
    if (!stand.processes.includes('wallet') && !(await keepsDemoBooks(services.wallet))) {
      progress.note('no demo day: the wallet that WALLET_SERVICE_URL gives is not the reference wallet');
      return undefined;
    }
    const simulated = whatIsSimulated(deps.env, stand.urls.sim !== undefined);
    const stories = STORIES.filter(({ onlyWith }) => onlyWith === undefined || simulated[onlyWith]);
    const given = givenWords(simulated);
    if (given !== undefined) progress.note(given);
    const day = createDay(await nextDayNumber(recon), STORIES);
    const tellDeps: TellDeps = {
      ...services,
      day,
      watches,
      db: recon,
      owner,
      signal,
      simulated,
      outside: stand.urls.sim === undefined ? undefined : createOutsideWorld(stand.urls.sim),
      apiUrl: stand.urls.api,
      appSecrets: config.hookSecrets,
      matchWaitMs: config.MATCH_WAIT,
    };
    await progress.step(
      'demo phones connected',
      () => connectSources(tellDeps, stories),
      (words) => words,
    );
    await progress.step('demo templates and senders', () => seedTemplatesAndPhones(services.recon), seededWords);
    await progress.step(
      'the phones are listened to',
      () => awaitListeners(tellDeps),
      (words) => words,
    );
    const told = await progress.step(
      `demo day ${day.number}: players deposit, phones send, reviewers decide`,
      () => tellAll(stories, tellDeps),
      toldWords,
    );
    if (!config.AUTO_APPROVAL) {
      progress.note('AUTO_APPROVAL=off: where the stories say approved, the machine has only proposed');
      return summary(day, told, []);
    }
    const faults = await progress.step(
      'every SMS where it belongs',
      () => judgeAll(told, watches.rows, config),
      judgedWords,
    );
    return summary(day, told, faults);
  } finally {
    signal.removeEventListener('abort', watches.stop);
    watches.stop();
    await Promise.all([recon.destroy(), owner.destroy()]);
  }
}

function connect(stand: RunningStand, config: Config): Pick<TellDeps, 'recon' | 'reviewers' | 'wallet' | 'sendHook'> {
  const [ops, admin] = [tokenToPresent(config.callerTokens, 'ops'), tokenToPresent(config.callerTokens, 'admin')];
  const secret = config.hookSecrets.get('generic')?.[0];
  if (ops === undefined || admin === undefined || secret === undefined)
    throw new StandError(
      'the demo day needs INTERNAL_SERVICE_TOKEN_OPS, INTERNAL_SERVICE_TOKEN_ADMIN and HOOK_SECRETS_GENERIC: ' +
        'give them, leave them out for the stand to make, or start with --no-demo',
    );
  return {
    recon: createService(stand.urls.api, 'ops', ops),
    reviewers: createService(stand.urls.api, 'admin', admin),
    wallet: createService(stand.urls.wallet, 'ops', ops),
    sendHook: createHookSender(stand.urls.api, secret),
  };
}

/** Making deposits is the reference wallet's alone, and so is its audit. */
async function keepsDemoBooks(wallet: Service): Promise<boolean> {
  return (await readWalletBooks(wallet)) !== undefined;
}

/** A service of the user's own is left alone: what it would have brought comes through the hook. */
function givenWords({ pushbullet, telegram }: Simulated): string | undefined {
  const real = [...(pushbullet ? [] : ['Pushbullet']), ...(telegram ? [] : ['Telegram'])];
  if (real.length === 0) return undefined;
  return `${real.join(' and ')} as given: the demo day sends nothing there, its SMS come by the generic hook instead`;
}

async function tellAll(stories: readonly Story[], deps: TellDeps): Promise<Told[]> {
  const [late, early] = [stories.filter(({ last }) => last), stories.filter(({ last }) => !last)];
  return [...(await tellSome(early, deps)), ...(await tellSome(late, deps))];
}

async function tellSome(stories: readonly Story[], deps: TellDeps): Promise<Told[]> {
  const rest = [...stories];
  const told: Told[] = [];
  const teller = async () => {
    for (let story = rest.shift(); story !== undefined; story = rest.shift()) told.push(await tellStory(story, deps));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, teller));
  deps.signal.throwIfAborted();
  return told;
}

/** Stories are judged together: the slowest decides how long it takes. */
async function judgeAll(told: readonly Told[], watch: RowWatch, config: Config): Promise<string[]> {
  const judged = await Promise.all(told.map((one) => judge(one, watch, config)));
  return judged.flat();
}

async function judge({ story, smsIds, fault }: Told, watch: RowWatch, config: Config): Promise<string[]> {
  // What went wrong on the way says more than where its SMS are for it.
  if (fault !== undefined) return [`${story.key} (${story.tells}): ${fault}`];
  const lines = Object.entries(story.expect).map(async ([name, wanted]) => {
    const expected = underPolicy(wanted, config);
    const smsId = smsIds.get(name);
    const row = smsId && (await watch.until(smsId, (seen) => fits(seen, expected), REST_LIMIT_MS));
    if (row && fits(row, expected)) return [];
    const which = `SMS ${smsId ?? '?'} of ${story.key} (${story.tells})`;
    return [`${which} should be ${expectedWords(expected)}, but is ${rowWords(row || undefined)}`];
  });
  return (await Promise.all(lines)).flat();
}

/** The stories are told of a house that enforces brands; a milder one lets the same SMS through. */
function underPolicy(expected: Expected, config: Config): Expected {
  const letsThrough = config.MULTI_BRAND_ENFORCEMENT !== 'enforce' && expected.reason === 'cross_brand';
  return letsThrough ? { status: 'approved', matchKind: 'auto' } : expected;
}

function summary(day: Day, told: readonly Told[], faults: readonly string[]): DemoDay {
  return {
    number: day.number,
    smsIds: [...new Set(told.flatMap(({ smsIds }) => [...smsIds.values()]))],
    faults,
  };
}

function seededWords({ templates, phones }: { readonly templates: number; readonly phones: number }): string {
  return templates + phones === 0 ? 'there already' : `${templates} templates, ${phones} senders`;
}

function toldWords(told: readonly Told[]): string {
  const ids = new Set(told.flatMap(({ smsIds }) => [...smsIds.values()]));
  return `${ids.size} SMS in ${told.length} stories`;
}

function judgedWords(faults: readonly string[]): string {
  return faults.length === 0 ? 'all of them' : `${faults.length} are not`;
}
