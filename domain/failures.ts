/**
 * The closed list of surprises. Each is an `ApplicationFailure` type; messages are fixed words and codes, since they enter
 * workflow histories, where no text of an SMS may be.
 */
export const FAILURES = {
  /** PostgreSQL, Redis or the network is away: asked again with backoff until it is back. */
  unavailable: 'Unavailable',
  /** Asked a few times and still failing: the SMS is parked as `internal_error`. */
  internalFault: 'InternalFault',
  /** An invariant does not hold, such as a match without a brand: parked at once, never retried. */
  invariantBroken: 'InvariantBroken',
  /** The wallet gave no clear answer; the ladder says when to ask again. */
  walletUnclear: 'WalletUnclear',
  /** The wallet refuses us, not the SMS (token, signature, address): asked slowly, alarmed. */
  walletMisconfigured: 'WalletMisconfigured',
} as const;
export type FailureType = (typeof FAILURES)[keyof typeof FAILURES];

/** Thrown where an invariant of the design does not hold; `what` is a fixed sentence with ids only. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}
