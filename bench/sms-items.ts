/** SMS that each match exactly one deposit: every item of a run has an amount of its own. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { driveClosed } from './drive';
import type { BenchSms } from './worker-messages';

export const SENDER = 'RHEINBANK';
export const SOURCE_ACCOUNT = 'bench-line';
const CURRENCY = 'EUR';
const BRAND = 'north';
const FIRST_AMOUNT_MINOR = 100_00;
/** Deposits made at the same time. */
const MAKING = 16;

export interface SmsItems {
  /** New SMS, each with its deposit pending in the wallet. */
  take(count: number): Promise<BenchSms[]>;
  /** How many were taken so far. */
  taken(): number;
  close(): Promise<void>;
}

export function createSmsItems(wallet: { readonly url: string; readonly token: string }): SmsItems {
  const agent = new Agent({ connections: MAKING, keepAliveTimeout: 30_000 });
  let taken = 0;

  async function makeDeposit(amountMinor: number): Promise<void> {
    const unique = randomUUID();
    const reply = await request(`${wallet.url}/internal/wallet/deposits`, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        'x-caller-service': 'ops',
        'x-internal-service-token': wallet.token,
      },
      body: JSON.stringify({
        order_id: `bench-${unique}`,
        player_id: `player-${unique}`,
        brand_id: BRAND,
        amount_minor: amountMinor,
        currency: CURRENCY,
      }),
    });
    const text = await reply.body.text();
    if (reply.statusCode !== 201) throw new Error(`the wallet made no deposit: ${reply.statusCode} ${text}`);
  }

  return {
    async take(count) {
      const amounts = Array.from({ length: count }, (_, index) => FIRST_AMOUNT_MINOR + taken + index);
      taken += count;
      await driveClosed(amounts, MAKING, makeDeposit);
      return amounts.map((amountMinor) => ({ messageId: randomUUID(), body: textOf(amountMinor) }));
    },
    taken: () => taken,
    close: () => agent.close(),
  };
}

function textOf(amountMinor: number): string {
  const cents = String(amountMinor % 100).padStart(2, '0');
  const units = String(Math.floor(amountMinor / 100)).replace(/\B(?=(\d{3})+$)/g, '.');
  const reference = `INV-${randomUUID().slice(0, 18)}`;
  return (
    `Rheinbank: Zahlungseingang ${units},${cents} EUR auf Konto ...4711 von Eine Person ` +
    `am 05.03.2024 14:10. Verwendungszweck: ${reference}. Kontostand 10.000,00 EUR`
  );
}
