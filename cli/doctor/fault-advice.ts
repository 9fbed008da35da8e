/** One line for each fault: what to do about it. `docs/runbook.md` says more of each. */
import type { LoopFault } from '../../domain/source-health';

export const ADVICE: Readonly<Record<LoopFault, string>> = {
  encrypted: "Take the end-to-end password off the phone's app, or give the account its right password.",
  app_killed: 'Open the app on the phone and take it out of battery saving; what it kept comes then.',
  phone_silent: "Look at the phone: power, network, SIM, the app's right to read SMS. Send it an SMS to be sure.",
  socket_dead: 'It reconnects by itself. For minutes: look at the way out (proxy, firewall, DNS) to the service.',
  token_refused: 'Give the account a new token: the service refuses the one it has, and waiting does not help.',
  rate_limited: 'The service asked for a pause and gets it. Often: fewer accounts on one token, or longer intervals.',
  conflict: 'Something else reads this bot: stop it, or take the webhook off the bot.',
  unreachable: 'Look whether the service is up, and at the way out to it. It is tried again by itself.',
  unexpected_answer:
    "The service answers what its protocol does not know: see the worker's log, and whether we are up to date.",
  database: 'Start PostgreSQL, or mend DATABASE_URL. Nothing is acknowledged meanwhile, and nothing is lost.',
  redis: 'Start Redis, or mend REDIS_URL. Events wait in the outbox and go out in order.',
  temporal: 'Start Temporal, or mend TEMPORAL_ADDRESS. SMS are kept as rows meanwhile, and run later.',
  no_progress: "It hangs or nobody runs it: see the worker's log, and restart the worker; nothing is lost by it.",
};
