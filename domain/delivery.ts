/** The ways by which one source may bring the same SMS: each of them is a sighting of its own. */

/**
 * `direct`: the source has one way only. The others are Pushbullet's: `live` (a frame of the stream), `thread` (read back over
 * REST, with the phone's message id), `mirror` (a notification of the messaging app), `push` (a note that a phone sent).
 */
export const VIAS = ['direct', 'live', 'thread', 'mirror', 'push'] as const;
export type Via = (typeof VIAS)[number];

/** What is listened to, once in the cluster: an account of Pushbullet by its row's id; of Telegram there is one bot, account 0. */
export interface ListeningPost {
  readonly source: 'pushbullet' | 'telegram';
  readonly accountId: number;
}
