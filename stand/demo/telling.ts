/** A story while it is told: what it works with, and what has come of it so far. */
import type { Db } from '../../db/query';
import type { ComposedSms } from './compose';
import type { Day } from './day';
import type { HookDelivery, SendHook } from './hook-sender';
import type { Service } from './http';
import type { RowWatch } from './row-watch';
import type { Story } from './story';

export interface TellDeps {
  readonly day: Day;
  readonly recon: Service;
  /** As the admin edge, which speaks for the reviewers. */
  readonly reviewers: Service;
  readonly wallet: Service;
  readonly sendHook: SendHook;
  readonly watch: RowWatch;
  readonly owner: Db;
  /** MATCH_WAIT. */
  readonly matchWaitMs: number;
  readonly signal: AbortSignal;
}

/** All by the SMS's name within the story. */
export interface Telling {
  readonly story: Story;
  readonly deps: TellDeps;
  readonly ids: Map<string, number>;
  readonly composed: Map<string, ComposedSms>;
  readonly deliveries: Map<string, Delivered>;
}

export interface Delivered {
  readonly webhookId: string;
  readonly delivery: HookDelivery;
}

export function smsIdOf({ ids, story }: Telling, sms: string): number {
  const id = ids.get(sms);
  if (id === undefined) throw new Error(`story ${story.key} speaks of ${sms} before it was sent`);
  return id;
}

export function deliveredOf({ deliveries, story }: Telling, sms: string): Delivered {
  const delivered = deliveries.get(sms);
  if (!delivered) throw new Error(`story ${story.key} repeats ${sms} before it was sent`);
  return delivered;
}

/** Phones are new every day, so that each day has some to trust. */
export function deviceIdOf({ story, deps }: Telling, device: string): string {
  return deps.day.idOf(story, device);
}
