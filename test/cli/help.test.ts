import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import { createContext } from '../../cli/context';
import { createProgram } from '../../cli/run-cli';
import { version } from '../../package.json';
import { createShell, documentOf, expectExit } from './shell';

const recon = createShell({});

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function wordsTo(command: Command): string[] {
  return command.parent === null ? [] : [...wordsTo(command.parent), command.name()];
}

describe('help', () => {
  const world = {
    env: {},
    out: () => undefined,
    err: () => undefined,
    readStdin: () => Promise.resolve(''),
    user: 'x',
  };
  const commands = everyCommand(createProgram(createContext(world, false)));

  it('is there for every command, with an example, the exit codes and --json', async () => {
    assert.ok(commands.length >= 25, String(commands.length));
    for (const command of commands) {
      const words = wordsTo(command);
      const { out } = await expectExit(0, recon(...words, '--help'));
      const called = ['recon', ...words].join(' ');
      assert.ok(out.includes(`Usage: ${called}`), called);
      assert.match(out, /Examples:\n {2}\$ /, called);
      assert.match(out, /Exit codes:/, called);
      assert.match(out, /--json/, called);
    }
  });

  it('shows examples of the command that it is about', async () => {
    for (const command of commands) {
      const words = wordsTo(command);
      const { out } = await recon(...words, '--help');
      assert.ok(out.split('Examples:')[1]?.includes(['recon', ...words].join(' ')), words.join(' '));
    }
  });

  it('is what recon says where nothing is asked', async () => {
    const { out } = await expectExit(0, recon());
    assert.match(out, /Usage: recon/);
  });

  it('is what a group says where its command is missing, as a fault', async () => {
    const { err } = await expectExit(2, recon('sms'));
    assert.match(err, /Usage: recon sms[^]*list[^]*show[^]*explain/);
  });
});

describe('a wrong command line', () => {
  const wrong: readonly (readonly [words: string[], says: RegExp])[] = [
    [['bogus'], /unknown command 'bogus'/],
    [['sms', 'shwo', '1'], /unknown command 'shwo'.*Did you mean/],
    [['sms', 'show'], /missing required argument 'id'/],
    [['sms', 'show', 'x'], /"x" is no SMS/],
    [['sms', 'show', '0'], /"0" is no SMS/],
    [['sms', 'list', '--bogus'], /unknown option '--bogus'/],
    [['sms', 'list', '--limit', 'many'], /--limit is no number/],
    [['review', '1', 'aprove'], /"aprove" is no verdict[^]*approve, reject/],
    [['review', '1', 'note'], /a note needs its text/],
    [['review', '1', 'approve', '--undo-seconds', 'x'], /--undo-seconds is no number/],
    [['reset', '1'], /required option '--reason <text>' not specified/],
    [['reset', '1', '--reason', ''], /--reason is empty/],
    [['rerun', '1', '--from', 'begin', '--reason', 'r'], /--from is none of whitelist, parse, match, wallet/],
    [['rerun', '1', '--from', 'match', '--reason', 'r', '--wait', 'soon'], /--wait .*is no duration|--wait/],
    [['send', '--body', 'x'], /required option '--sender <sender>' not specified/],
    [['replay'], /say which histories/],
    [['replay', 'sms-1', '--file', 'x'], /say which histories/],
    [['replay', '--file', '/no/such/file'], /cannot be read \(ENOENT\)/],
    [['replay', '--file', __filename], /holds no workflow history/],
    [['phone', 'delete', 'x'], /"x" is no id/],
    [['template', 'add', '--file', '/no/such/file'], /cannot be read \(ENOENT\)/],
    [['doctor', '--worker-url', 'nowhere'], /--worker-url is no http address/],
  ];
  for (const [words, says] of wrong) {
    it(`recon ${words.map((word) => path.basename(word)).join(' ')} is told what is wrong with it, and exits with 2`, async () => {
      const { err, out } = await expectExit(2, recon(...words));
      assert.match(err, says);
      assert.equal(out, '');
      assert.ok(!err.includes('    at '), 'a known fault shows no stack');
      const json = documentOf(await expectExit(2, recon(...words, '--json')));
      assert.equal((json['error'] as { code: string }).code, 'usage');
    });
  }
});

describe('a configuration that is not whole', () => {
  it('is told by the variable, and never by its value', async () => {
    const missing = await expectExit(2, recon('sms', 'list'));
    assert.match(missing.err, /INTERNAL_SERVICE_TOKEN_OPS is not set[^]*npm run recon/);
    const hook = await expectExit(2, createShell({})('send', '--sender', 'A', '--body', 'b'));
    assert.match(hook.err, /HOOK_SECRETS_GENERIC is not set/);
    const env = { DATABASE_POOL_SIZE: 'plenty-of-secrets', INTERNAL_SERVICE_TOKEN_OPS: 'short-value' };
    for (const words of [['sms', 'list'], ['doctor'], ['migrate'], ['audit']]) {
      const { err, out } = await expectExit(2, createShell(env)(...words));
      assert.match(err + out, /DATABASE_POOL_SIZE[^]*INTERNAL_SERVICE_TOKEN_OPS/, words.join(' '));
      assert.doesNotMatch(err + out, /plenty-of-secrets|short-value/);
    }
    const { err } = await expectExit(2, recon('migrate'));
    assert.match(err, /DATABASE_OWNER_URL is not set/);
  });

  it('that gives a hook secret of the wrong form is told so', async () => {
    const env = { HOOK_SECRETS_GENERIC: '§§§ no base64 §§§' };
    const { err } = await expectExit(2, createShell(env)('send', '--sender', 'A', '--body', 'b'));
    assert.match(err, /HOOK_SECRETS_GENERIC is no Standard Webhooks secret/);
    assert.doesNotMatch(err, /§§§/);
  });
});

describe('the program itself', () => {
  const main = path.resolve(__dirname, '../../cli/main.js');
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } });

  it('prints its version on standard output and ends with 0', () => {
    const { status, stdout, stderr } = run('--version');
    assert.deepEqual([status, stdout, stderr], [0, `${version}\n`, '']);
  });

  it('says faults on standard error and ends with their exit code', () => {
    const { status, stdout, stderr } = run('bogus');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^recon: .*bogus/);
  });

  it('ends with 3 where the service is away', () => {
    const words = ['sms', 'list', '--json'];
    const env = {
      PATH: process.env['PATH'] ?? '',
      RECON_SERVICE_URL: 'http://127.0.0.1:1',
      INTERNAL_SERVICE_TOKEN_OPS: 'x'.repeat(16),
    };
    const { status, stdout } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env });
    assert.equal(status, 3, stdout);
    assert.deepEqual(Object.keys(JSON.parse(stdout) as object), ['error']);
  });
});
