/** The device table, as a person at a desk uses it. */
import { z } from 'zod';
import type { Service } from './http';
import { ACTOR, SHOOTER } from './seeds';

const devices = z.object({
  items: z.array(
    z.object({
      id: z.int(),
      source_account: z.string(),
      external_id: z.string(),
      trusted: z.boolean(),
      line: z.string().nullable(),
      has_secret: z.boolean(),
    }),
  ),
});
export type Device = z.output<typeof devices>['items'][number];

export async function findDevice(recon: Service, account: string, externalId: string): Promise<Device | undefined> {
  const { items } = devices.parse(await recon.get(`${SHOOTER}/device/list`));
  return items.find((one) => one.external_id === externalId && one.source_account === account);
}

export async function trustDevice(recon: Service, id: number): Promise<void> {
  await recon.post(`${SHOOTER}/device/trust`, { id, trusted: true, actor: ACTOR });
}

export async function putOnLine(recon: Service, id: number, line: string): Promise<void> {
  await recon.post(`${SHOOTER}/device/update`, { id, line, actor: ACTOR });
}

const given = z.object({ secret: z.string() });

/** Shown this once. `lost`: the one before never came into the phone. */
export async function giveSecret(recon: Service, id: number, lost: boolean): Promise<string> {
  const { json } = await recon.post(`${SHOOTER}/device/secret`, { id, lost, actor: ACTOR });
  return given.parse(json).secret;
}
