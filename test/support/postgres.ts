/**
 * PostgreSQL for tests: one server for the whole mocha run, started by the first test that asks, and a database of its
 * own for everyone who asks. `TEST_DATABASE_URL` (a superuser's) names an existing server to use instead.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startEmbeddedServer } from './embedded-server';

export interface TestPostgres {
  /** Superuser, in the server's maintenance database; for roles and for looking around. */
  readonly ownerUrl: string;
  /** A new database, empty or a copy of `template` (to which nobody may be connected); answers the owner's URL of it. */
  createDatabase(template?: string): Promise<string>;
  /** Drops the databases and logins made through this handle. The server itself ends with the test run. */
  stop(): Promise<void>;
}

let server: Promise<string> | undefined;

export async function startTestPostgres(): Promise<TestPostgres> {
  const given = process.env['TEST_DATABASE_URL'];
  server ??= given ? Promise.resolve(given) : startEmbeddedServer().then(({ url }) => url);
  const ownerUrl = await server;
  const databases = new Set<string>();
  return {
    ownerUrl,
    async createDatabase(template) {
      const name = `test_${randomBytes(6).toString('hex')}`;
      const source = template === undefined ? 'template0' : databaseOf(template);
      await asOwner(ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${source}`);
      databases.add(name);
      return withDatabase(ownerUrl, name);
    },
    async stop() {
      for (const name of databases) await asOwner(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      databases.clear();
    },
  };
}

/** Runs `use` with a fresh database and drops it afterwards, also when `use` fails. */
export async function withPostgres<T>(use: (databaseUrl: string, postgres: TestPostgres) => Promise<T>): Promise<T> {
  const postgres = await startTestPostgres();
  try {
    return await use(await postgres.createDatabase(), postgres);
  } finally {
    await postgres.stop();
  }
}

/**
 * A URL of the same database for a login that is a member of a group role (`recon_app`, `wallet_app`), as a deployed
 * process has it. The group role must exist, so call it after the migrations.
 */
export async function loginAs(databaseUrl: string, groupRole: string): Promise<string> {
  const login = `${groupRole}_test`;
  const password = 'test-only';
  // Logins are shared by the whole server, advisory locks only by one database: two tests may make the same one at once.
  await asOwner(
    databaseUrl,
    `DO $$ BEGIN
       IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${login}') THEN
         CREATE ROLE ${login} LOGIN INHERIT PASSWORD '${password}' IN ROLE ${groupRole};
       END IF;
     EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
     END $$`,
  );
  const url = new URL(databaseUrl);
  url.username = login;
  url.password = password;
  return url.toString();
}

/** One statement over a connection of its own. */
export async function asOwner(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function databaseOf(url: string): string {
  const name = new URL(url).pathname.slice(1);
  if (!/^\w+$/.test(name)) throw new Error('a template is given by the URL of its database');
  return name;
}

function withDatabase(ownerUrl: string, name: string): string {
  const url = new URL(ownerUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
