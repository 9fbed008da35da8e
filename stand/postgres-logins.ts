/** A login of its own for each process, under the group role that the migrations made: the database keeps their rights apart. */
import pg from 'pg';
import { withClient } from './sql';
import { StandError } from './stand-error';

export interface Login {
  readonly name: 'recon' | 'wallet';
  readonly group: 'recon_app' | 'wallet_app';
  readonly password: string;
  /** Where the user gives this login's address: it is used as it is. */
  readonly variable: 'RECON_DATABASE_URL' | 'WALLET_DATABASE_URL';
}

/**
 * Makes the login where it is missing; answers its URL. On a server of the stand's own the password is set anew; on a given
 * one an existing login of that name is somebody's, so it is used only where the kept password opens it.
 * @throws StandError with the statements to run where the owner may not make logins.
 */
export async function ensureLogin(ownerUrl: string, login: Login, serverIsOurs: boolean): Promise<string> {
  const url = urlFor(ownerUrl, login);
  const exists = await withClient(ownerUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [login.name]);
    return (rowCount ?? 0) > 0;
  });
  if (exists && !serverIsOurs) {
    if (await opens(url)) return url;
    throw new StandError(
      `the login ${login.name} of the given PostgreSQL has a password that the stand does not know: ` +
        `set ${login.variable} to a login that is a member of ${login.group}`,
    );
  }
  const statement = exists ? 'ALTER ROLE' : 'CREATE ROLE';
  const name = pg.escapeIdentifier(login.name);
  await withClient(ownerUrl, async (client) => {
    await client.query(`${statement} ${name} LOGIN INHERIT PASSWORD ${pg.escapeLiteral(login.password)}`);
    await client.query(`GRANT ${pg.escapeIdentifier(login.group)} TO ${name}`);
  }).catch((error: unknown) => {
    throw isPermissionDenied(error) ? mayNotMakeLogins(login) : error;
  });
  return url;
}

function urlFor(ownerUrl: string, login: Login): string {
  const url = new URL(ownerUrl);
  url.username = login.name;
  url.password = login.password;
  return url.toString();
}

async function opens(url: string): Promise<boolean> {
  return withClient(url, () => Promise.resolve(true)).catch(() => false);
}

const INSUFFICIENT_PRIVILEGE = '42501';

function isPermissionDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE;
}

function mayNotMakeLogins(login: Login): StandError {
  return new StandError(
    `the user that DATABASE_URL names may not make logins. Let someone who may run:\n` +
      `    CREATE ROLE ${login.name} LOGIN PASSWORD '…'; GRANT ${login.group} TO ${login.name};\n` +
      `and set ${login.variable} to that login's address`,
  );
}
