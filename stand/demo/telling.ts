/** A story while it is told: what it works with, and what has come of it so far. */
import type { PhoneApp } from '../../domain/phone-apps';
import type { Db } from '../../db/query';
import type { ComposedSms } from './compose';
import type { Day } from './day';
import type { HookDelivery, SendHook } from './hook-sender';
import type { Service } from './http';
import type { Simulated } from '../simulated-sources';
import type { OutsideWorld } from './outside-world';
import type { Story } from './story';
import type { Arrival, Watches } from './watches';

export interface TellDeps {
  readonly day: Day;
  readonly recon: Service;
  /** As the admin edge, which speaks for the reviewers. */
  readonly reviewers: Service;
  readonly wallet: Service;
  readonly sendHook: SendHook;
  readonly watches: Watches;
  /** Undefined where nothing is simulated. */
  readonly outside: OutsideWorld | undefined;
  readonly simulated: Simulated;
  /** Where the apps of phones post to, and the secret with which an app that is new signs. */
  readonly apiUrl: string;
  readonly appSecrets: ReadonlyMap<string, readonly string[]>;
  readonly db: Db;
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
  /** Of SMS that came by a simulator. */
  readonly arrivals: Map<string, Arrival>;
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
export function dayIdOf({ story, deps }: Pick<Telling, 'story' | 'deps'>, phone: string): string {
  return deps.day.idOf(story, phone);
}

export function outsideOf({ deps, story }: Telling): OutsideWorld {
  if (!deps.outside) throw new Error(`story ${story.key} needs the simulators`);
  return deps.outside;
}

export function arrivalOf({ arrivals, story }: Telling, sms: string): Arrival {
  const arrival = arrivals.get(sms);
  if (!arrival) throw new Error(`story ${story.key} asks how ${sms} came, which no simulator sent`);
  return arrival;
}

/** An app that signs with the secret of all phones of its kind, until it is given one of its own. */
export function appSecretOf({ appSecrets }: TellDeps, app: PhoneApp): string {
  const [secret] = appSecrets.get(app) ?? [];
  if (secret === undefined) throw new Error(`HOOK_SECRETS_${app.toUpperCase()} is not set`);
  return secret;
}
