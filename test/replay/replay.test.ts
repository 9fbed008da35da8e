import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { loadFiles, type LoadedHistory } from '../../cli/histories/load-histories';
import { unknownContents } from '../../cli/histories/private-check';
import { quietCore } from '../../cli/histories/quiet-core';
import { BUNDLE_FILE, replayAll, type ReplayVerdict } from '../../cli/histories/replay';
import { REVIEW_REASONS, SMS_STATUSES } from '../../domain/sms';
import { projectRoot } from '../../stand/home';
import { SENDER, creditText } from '../support/house';
import { fileNameOf, PATHS } from './paths';
import { payloadsIn, standingsIn } from './standings';

const directory = path.join(projectRoot(), 'test', 'replay', 'histories');

type Bundle = Parameters<typeof replayAll>[1];

async function replayed(histories: readonly LoadedHistory[], bundle?: Bundle): Promise<ReplayVerdict[]> {
  const verdicts = [];
  for await (const verdict of replayAll(histories, bundle)) verdicts.push(verdict);
  return verdicts;
}

async function bundled(changed: string): Promise<{ code: string }> {
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error };
  const workflowsPath = path.join(__dirname, 'changed-workflow', `${changed}.js`);
  return { code: (await bundleWorkflowCode({ workflowsPath, logger })).code };
}

/** Today's bundle with words of its source replaced; a replacement that finds nothing would prove nothing. */
function todayWith(...changes: readonly (readonly [string, string])[]): { code: string } {
  let code = readFileSync(BUNDLE_FILE, 'utf8');
  for (const [from, to] of changes) {
    assert.ok(code.includes(from), `the workflow's code does not hold ${from}`);
    code = code.replaceAll(from, to);
  }
  return { code };
}

before(quietCore);

describe('saved histories', function () {
  this.timeout(120_000);
  let histories: LoadedHistory[] = [];
  before(() => (histories = loadFiles([directory])));
  const named = (file: string): LoadedHistory => {
    const found = histories.find(({ origin }) => path.basename(origin) === file);
    assert.ok(found, `${file} is missing: npm run histories makes it`);
    return found;
  };

  it("replay with today's code, each of them", async () => {
    const verdicts = await replayed(histories);
    assert.equal(verdicts.length, histories.length);
    assert.deepEqual(
      verdicts.filter(({ outcome }) => outcome !== 'same'),
      [],
      'a change of the workflow belongs behind patched(): see docs/runbook.md',
    );
  });

  it('are there for every path, which ends as its name says', () => {
    for (const { name, ends, runs = 1 } of PATHS) {
      for (let run = 1; run < runs; run += 1) named(fileNameOf(name, run));
      const last = standingsIn(named(fileNameOf(name, runs)).history).at(-1);
      assert.deepEqual(last?.status, ends.status, name);
      if (ends.reason !== undefined) assert.equal(last.reason, ends.reason, name);
    }
  });

  it('are of paths that are still walked', () => {
    const expected = PATHS.flatMap(({ name, runs = 1 }) =>
      Array.from({ length: runs }, (_, index) => fileNameOf(name, index + 1)),
    );
    const version = fileNameOf('', 1);
    const present = readdirSync(directory).filter((file) => file.endsWith(version));
    assert.deepEqual(present.sort(), expected.sort());
  });

  it('cover every status and every review reason', () => {
    const told = histories.flatMap(({ history }) => standingsIn(history));
    const statuses = new Set(told.map(({ status }) => status));
    const reasons = new Set(told.map(({ reason }) => reason));
    assert.deepEqual(
      SMS_STATUSES.filter((status) => !statuses.has(status)),
      [],
    );
    assert.deepEqual(
      REVIEW_REASONS.filter((reason) => !reasons.has(reason)),
      [],
    );
  });

  it('hold ids and verdicts, and nothing of any SMS', () => {
    const words = [
      SENDER,
      'NOBODYBANK',
      'Eine Person',
      'E. Person',
      'INV-',
      'Filiale',
      ...creditText().split(' ').filter(isLong),
    ];
    for (const { origin, history } of histories) {
      assert.deepEqual(unknownContents(history), [], origin);
      const text = `${JSON.stringify(payloadsIn(history))}${readFileSync(origin, 'utf8')}`.toLowerCase();
      for (const word of words) assert.ok(!text.includes(word.toLowerCase()), `${origin} holds "${word}"`);
    }
  });
});

function isLong(word: string): boolean {
  return /^\p{L}{8,}/u.test(word);
}

describe('a changed workflow', function () {
  this.timeout(120_000);
  let straight: LoadedHistory[] = [];
  before(() => (straight = loadFiles([path.join(directory, fileNameOf('straight-path', 1))])));

  type Changed = () => Promise<{ code: string }> | { code: string };
  const changes: readonly (readonly [what: string, eventId: number, reason: RegExp, bundle: Changed])[] = [
    ['with a step added', 5, /'readStanding'/, () => bundled('step-added')],
    [
      'with two steps in another order',
      5,
      /marker 'checkWhitelist' does not match .* 'parseSms'/,
      () =>
        todayWith(
          ['machine.checkWhitelist(', 'machine.was_check('],
          ['machine.parseSms(', 'machine.checkWhitelist('],
          ['machine.was_check(', 'machine.parseSms('],
        ),
    ],
    [
      'with a step left out',
      6,
      /marker 'parseSms' does not match .* 'matchDeposit'/,
      () => todayWith(['machine.parseSms(', 'machine.matchDeposit(']),
    ],
    [
      'that calls the wallet as a remote activity only',
      8,
      /LocalActivity/,
      () => todayWith(['machine.requestWalletApproval(', 'wallet.askWalletAgain(']),
    ],
  ];
  for (const [what, eventId, reason, bundle] of changes) {
    it(`${what} does not replay, and is told where it parts`, async () => {
      const workflowBundle = await bundle();
      const feed = straight.map(({ workflowId, history }) => ({ workflowId, history }));
      for await (const { error } of Worker.runReplayHistories({ workflowBundle }, feed))
        assert.equal(error?.name, 'DeterminismViolationError');
      const [verdict] = await replayed(straight, workflowBundle);
      assert.equal(verdict?.outcome, 'parts');
      assert.equal(verdict.parting?.eventId, eventId, JSON.stringify(verdict.parting));
      assert.match(verdict.parting.reason, reason);
    });
  }

  it('behind patched() replays every history of the code before it', async () => {
    const verdicts = await replayed(loadFiles([directory]), await bundled('step-behind-a-patch'));
    assert.deepEqual(
      verdicts.filter(({ outcome }) => outcome !== 'same'),
      [],
    );
  });
});
