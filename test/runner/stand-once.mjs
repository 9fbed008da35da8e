/** `npm start -- --once --json` as a newcomer runs it, with its result line checked. Plain JavaScript without dependencies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runCaptured, step } from '../../stand/bootstrap/common.mjs';

const LIMIT_MS = 6 * 60_000;
const PORTS = ['TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'RECON_API_PORT', 'WORKER_PORT', 'WALLET_PORT', 'SIM_PORT'];
/** Addresses of this shell: the stand is to bring everything by itself. */
const ADDRESSES =
  /^(DATABASE_|REDIS_URL$|TEMPORAL_(?!CLI$)|(WALLET|RECON|ADMIN)_SERVICE_URL$|PUSHBULLET_|TELEGRAM_|(RECON|WALLET)_DATABASE_URL$)/;

/** Undefined where all is well, else what is wrong. */
export async function runStandOnce() {
  // A directory of its own beside the runner's, so that its logs can be kept where it fails.
  const home = mkdtempSync(path.join(tmpdir(), 'recon-stand-once-'));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ADDRESSES.test(name)));
  for (const port of PORTS) env[port] = '0';
  const bootstrap = path.join(root, 'stand', 'bootstrap.mjs');
  const begun = Date.now();
  const { exitCode, output } = await step('the stand, once', () =>
    runCaptured(process.execPath, [bootstrap, 'dist/stand/main.js', '--once', '--json'], {
      env: { ...env, RECON_HOME: home },
      timeout: LIMIT_MS,
      killSignal: 'SIGTERM',
    }),
  );
  const fault = exitCode === 0 ? await faultIn(lastJsonLine(output)) : `it ended with exit code ${exitCode}`;
  if (fault === undefined) {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    return undefined;
  }
  const took = `${((Date.now() - begun) / 1000).toFixed(0)} s`;
  return `npm start -- --once --json: ${fault} (after ${took}; its logs are in ${home}/logs)\n${output}`;
}

/** Standard output and error are read together; the result is the one line that is an object. */
function lastJsonLine(output) {
  const line = output
    .split('\n')
    .filter((words) => words.startsWith('{'))
    .at(-1);
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function faultIn(result) {
  if (result === undefined) return 'it printed no result line';
  const figures = ['sms', 'approved', 'review', 'closed', 'open', 'lost', 'double_credits'];
  const missing = figures.filter((name) => !Number.isInteger(result[name]));
  for (const name of ['wallet', 'by_status', 'by_reason', 'passed', 'sources', 'gaps'])
    if (typeof result[name] !== 'object' || result[name] === null) missing.push(name);
  if (missing.length > 0) return `its result lacks ${missing.join(', ')}`;
  const { sms, approved, review, closed, open, lost, double_credits: doubleCredits } = result;
  if (lost !== 0) return `${lost} SMS were lost`;
  if (doubleCredits !== 0) return `${doubleCredits} deposits were credited twice`;
  if (sms < 60) return 'its demo day has less than 60 SMS';
  if (approved + review + closed + open !== sms) return 'its buckets do not add up to its SMS';
  const { violation_count: violations, approvals, ledger_credits: credits } = result.wallet;
  if (violations !== 0) return `the wallet's audit found ${violations} violations`;
  if (approvals.count !== approved || credits.count !== approved)
    return `${approved} SMS are approved, with ${approvals.count} approvals and ${credits.count} credits in the wallet`;
  const rare = await seldom(result);
  return rare.length > 0 ? `its demo day shows less than twice: ${rare.join(', ')}` : undefined;
}

const WAYS = [
  ...['live', 'thread', 'mirror', 'push'].map((way) => `pushbullet/${way}`),
  'telegram',
  'webhook',
  ...['smsgate', 'smsforwarder', 'textbee', 'httpsms'].map((app) => `webhook/${app}`),
];

/**
 * Every status, review reason, source and way is there twice, counted from the rows: passing statuses by the trail that they
 * leave.
 */
async function seldom({ by_status: byStatus, by_reason: byReason, passed, sources, gaps }) {
  const words = pathToFileURL(path.join(root, 'dist', 'domain', 'sms.js')).href;
  const { SMS_STATUSES, REVIEW_REASONS } = await import(words);
  // Faults, which tests make and a demo does not.
  const reasons = REVIEW_REASONS.filter((reason) => reason !== 'internal_error' && reason !== 'wallet_unknown');
  const isRare = (counts) => (word) => !(counts[word] >= 2);
  const seen = Object.fromEntries(Object.entries(sources).map(([name, { sightings }]) => [name, sightings]));
  return [
    ...SMS_STATUSES.filter(isRare({ ...byStatus, ...passed })),
    ...reasons.filter(isRare(byReason)),
    ...WAYS.filter(isRare(seen)),
    ...['awaiting_review', 'mended'].filter(isRare(gaps)).map((status) => `gaps ${status}`),
  ];
}
