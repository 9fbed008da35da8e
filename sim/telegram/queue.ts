/**
 * A bot's queue of updates as the Bot API server keeps it (tdlib/telegram-bot-api v10.0): ids that count up, 24 hours of memory,
 * and what an offset confirms and forgets.
 */

export interface Update {
  readonly update_id: number;
  /** One field beside the id, named after its kind. */
  readonly [kind: string]: unknown;
}

interface Held {
  readonly update: Update;
  readonly expiresAtMs: number;
}

export interface UpdateQueue {
  readonly push: (kind: string, payload: unknown) => number;
  /**
   * What a getUpdates with this offset would see, oldest first; confirms what is below it. A negative offset keeps only as
   * many of the last ones; one outside the queue falls back to its head, without an error.
   */
  readonly take: (offset: number, limit: number) => readonly Update[];
  readonly pending: () => number;
  /** The last update that was confirmed, for a service that delivers it once more. */
  readonly confirmed: () => Update | undefined;
  /** The next id: after a week without updates the server chooses any. */
  readonly restartIds: (nextId: number) => void;
  readonly clear: () => void;
}

const RETENTION_MS = 86_400_000;
/** An offset this much above the last id is not believed. */
const AHEAD = 10;
const MAX_QUEUE = 1_000_000;
/** A reply is cut at about this many bytes of updates. */
const REPLY_BYTES = 4 * 1024 * 1024;

export function createUpdateQueue(nowMs: () => number, firstId: number): UpdateQueue {
  let held: Held[] = [];
  let nextId = firstId;
  let confirmed: Update | undefined;

  const expire = (): void => void (held = held.filter(({ expiresAtMs }) => expiresAtMs > nowMs()));
  function confirmBelow(offset: number): void {
    const below = held.filter(({ update }) => update.update_id < offset);
    if (below.length === 0) return;
    confirmed = below.at(-1)?.update;
    held = held.filter(({ update }) => update.update_id >= offset);
  }

  return {
    push(kind, payload) {
      const update: Update = { update_id: nextId, [kind]: payload };
      nextId += 1;
      held.push({ update, expiresAtMs: nowMs() + RETENTION_MS });
      return update.update_id;
    },
    take(offset, limit) {
      expire();
      const head = held[0]?.update.update_id ?? nextId;
      if (offset < 0) confirmBelow(Math.max(head, nextId + offset));
      else if (offset > 0 && offset <= nextId + AHEAD && offset >= head - MAX_QUEUE) confirmBelow(offset);
      return withinBytes(held.slice(0, limit).map(({ update }) => update));
    },
    pending() {
      expire();
      return held.length;
    },
    confirmed: () => confirmed,
    restartIds: (id) => void (nextId = id),
    clear() {
      held = [];
      confirmed = undefined;
    },
  };
}

/** The first is given whatever its size. */
function withinBytes(updates: readonly Update[]): readonly Update[] {
  let bytes = 0;
  return updates.filter((update, place) => {
    bytes += Buffer.byteLength(JSON.stringify(update));
    return place === 0 || bytes <= REPLY_BYTES;
  });
}
