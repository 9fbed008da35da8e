/** A single connection to PostgreSQL for the few statements that the stand itself has to say. */
import pg from 'pg';

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'recon-stand',
  });
  // A server that goes away between two statements is told by the next one, not by an event that nobody hears.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
