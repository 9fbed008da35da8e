/** `recon migrate`: brings schemas and search attributes up to date; the processes refuse to start before. */
import type { Command } from 'commander';
import { z } from 'zod';
import { isTransientPostgresError } from '../../service/postgres';
import { addCommand, optionsOf, run } from '../command';
import { awayError, causeOf, CliError } from '../cli-error';
import type { CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { asCliError } from '../histories/load-histories';
import { addSearchAttributes, lackingSearchAttributes } from '../migrate/search-attributes';
import { unlockMigrations } from '../migrate/with-lock';
import { migrateSchemas, readSchemas, type SchemaState } from '../migrate/schemas';

const options = z.object({
  check: z.boolean().optional(),
  wallet: z.boolean().optional(),
  temporal: z.boolean(),
  unlock: z.boolean().optional(),
});
type Options = z.output<typeof options>;

export function addMigrate(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'migrate',
    summary: 'bring schemas and search attributes up to date',
    description:
      'Runs as the owner of the database: DATABASE_OWNER_URL, or DATABASE_URL where that is not set. Safe to run twice, and\n' +
      'by two at once. The schema "wallet" is touched only with --wallet, which is for the reference wallet.',
    examples: ['recon migrate --check', 'recon migrate', 'recon migrate --wallet'],
  })
    .option('--check', 'change nothing; say what is missing (exit code 1 where anything is)')
    .option('--wallet', "the reference wallet's schema too")
    .option('--no-temporal', 'the database only')
    .option('--unlock', 'first give back the lock of a migration that was killed');
  run(context, command, () => migrate(context, optionsOf(command, options)));
}

interface Report {
  readonly schemas: SchemaState;
  readonly searchAttributes: { readonly added: readonly string[]; readonly missing: readonly string[] };
}

async function migrate(context: CliContext, given: Options): Promise<ExitCode> {
  const owner = context.database('owner');
  const withWallet = given.wallet === true;
  if (given.unlock === true && given.check !== true) await asDatabaseError(() => unlockMigrations(owner));
  const schemas = await asDatabaseError(() =>
    given.check === true ? readSchemas(owner, withWallet) : migrateSchemas(owner, withWallet),
  );
  const searchAttributes = given.temporal ? await bringAttributes(context, given) : { added: [], missing: [] };
  const report = { schemas, searchAttributes };
  const complete = isComplete(report);
  context.output.give(toJson(report, complete), () => lines(report, complete));
  return complete ? EXIT.ok : EXIT.no;
}

async function bringAttributes(context: CliContext, given: Options): Promise<Report['searchAttributes']> {
  const link = context.temporal();
  const { client } = link;
  return asCliError(async () => {
    await link.probe();
    const missing = await lackingSearchAttributes(client);
    if (given.check === true || missing.length === 0) return { added: [], missing };
    await addSearchAttributes(client, missing);
    return { added: missing, missing: [] };
  });
}

function isComplete({ schemas, searchAttributes }: Report): boolean {
  return schemas.missing.length === 0 && schemas.deposits === 'readable' && searchAttributes.missing.length === 0;
}

function toJson({ schemas, searchAttributes }: Report, complete: boolean) {
  return {
    up_to_date: complete,
    migrations: { run: schemas.run, missing: schemas.missing },
    player_deposit: schemas.deposits,
    search_attributes: searchAttributes,
  };
}

const DEPOSITS: Readonly<Record<SchemaState['deposits'], string>> = {
  readable: 'wallet.player_deposit is there, and recon_app may read it',
  missing:
    'wallet.player_deposit is missing: run "recon migrate --wallet" for the reference wallet, or make a table or view of that name over your own deposits (docs/wallet-contract.md)',
  not_granted:
    'recon_app may not read wallet.player_deposit: GRANT USAGE ON SCHEMA wallet TO recon_app; GRANT SELECT ON wallet.player_deposit TO recon_app',
};

function lines({ schemas, searchAttributes }: Report, complete: boolean): string[] {
  return [
    ...schemas.run.map((name) => `ran       ${name}`),
    ...schemas.missing.map((name) => `missing   ${name}`),
    ...searchAttributes.added.map((name) => `added     search attribute ${name}`),
    ...searchAttributes.missing.map((name) => `missing   search attribute ${name}`),
    `${schemas.deposits === 'readable' ? 'ok        ' : 'PROBLEM   '}${DEPOSITS[schemas.deposits]}`,
    complete ? 'Everything is up to date.' : 'Not everything is up to date.',
  ];
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function asDatabaseError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTransientPostgresError(error))
      throw awayError(`PostgreSQL is away (${causeOf(error)})`, 'Check DATABASE_OWNER_URL, or DATABASE_URL.');
    if (error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)
      throw new CliError({
        code: 'not_owner',
        message: 'this login may not change the schema',
        hint: 'Set DATABASE_OWNER_URL to the owner of the database; it needs CREATE, and CREATEROLE the first time.',
        exitCode: EXIT.usage,
      });
    throw error;
  }
}
