/** `npm run chaos`: a day of SMS over three sources while everything goes wrong, and whether what was sent is what is here. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { jsonLine, report } from './report';
import { isSound, runDay } from './run-day';

const HELP = `npm run chaos -- [options]

A day of SMS by Pushbullet, Telegram and phone apps, on simulators whose every fault dial is turned, while workers are
killed and Redis, PostgreSQL, Temporal, the API and the wallet go away and come back. Then everything is held against
the simulators' own record. Exit code 1 where anything was lost, doubled or left unfinished.

  --sms N        SMS that the sources are told (10000)
  --minutes N    how long they take to happen (a minute for each 1000, at least one)
  --seed N       the same SMS, faults and kills again (from the clock)
  --settle N     seconds to wait at most until everything has settled (600)
  --keep         leave the house up at the end, until Ctrl-C
  --json         the report as one line of JSON, the last on standard output
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      sms: { type: 'string', default: '10000' },
      minutes: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      settle: { type: 'string', default: '600' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const sms = wholeNumber('sms', values.sms);
  const minutes = values.minutes === undefined ? Math.max(1, sms / 1_000) : positive('minutes', values.minutes);
  const seed = wholeNumber('seed', values.seed);
  const again = `npm run chaos -- --sms ${sms} --minutes ${minutes} --seed ${seed}`;
  process.stderr.write(`  seed ${seed}: ${again}\n`);
  const day = await runDay({
    sms,
    seed,
    feedMs: minutes * 60_000,
    settleLimitMs: wholeNumber('settle', values.settle) * 1_000,
    onProgress: (words) => void process.stderr.write(`  ${words}\n`),
    ...(values.keep ? { onEnd: (town) => stayUp(town.urls.api) } : {}),
  });
  // With --json standard output holds nothing but the result.
  (values.json ? process.stderr : process.stdout).write(report(day));
  if (values.json) process.stdout.write(`${jsonLine(day)}\n`);
  return isSound(day) ? 0 : 1;
}

async function stayUp(apiUrl: string): Promise<void> {
  process.stderr.write(`  the house stays up, its API at ${apiUrl}; Ctrl-C ends it\n`);
  const asked = new Promise((resolve) => process.once('SIGINT', resolve));
  // A promise alone keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race([asked, sleep(24 * 3_600_000, undefined, { ref: false })]);
  clearInterval(alive);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && (name === 'seed' || Number(text) > 0)) return Number(text);
  throw new Error(`--${name} must be a whole number`);
}

function positive(name: string, text: string): number {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new Error(`--${name} must be a number`);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
