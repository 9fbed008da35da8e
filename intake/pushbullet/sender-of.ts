/** Whom an SMS is from: a thread names the address, a frame may name the contact that the phone's owner made of it. */
import type { ThreadHead } from './protocol';

/** The sender as the network named it. */
export function senderOf(head: ThreadHead, recipientIndex = 0): string {
  const recipient = head.recipients[recipientIndex] ?? head.recipients[0];
  return recipient?.address || recipient?.name || UNNAMED;
}

/** A thread without any recipient is not whitelisted, and shown as what it is. */
const UNNAMED = 'unknown';

/**
 * The address behind a frame's title: by its thread, where that is known, else by the one contact of that name. Undefined
 * where the threads that are known do not say.
 */
export function addressBehind(
  heads: readonly ThreadHead[],
  given: { readonly threadId: string | null; readonly title: string },
): string | undefined {
  const head = heads.find(({ id }) => id === given.threadId);
  if (head?.recipients.length === 1) return senderOf(head);
  const among = head ? head.recipients : heads.flatMap(({ recipients }) => recipients);
  const named = among.filter(({ name, address }) => name === given.title || address === given.title);
  const addresses = new Set(named.map(({ address }) => address));
  return addresses.size === 1 ? [...addresses][0] : undefined;
}
