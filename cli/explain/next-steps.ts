/** What can be done with an SMS now, as commands to copy. */
import type { Command } from '../../domain/sms';
import type { DetailJson } from '../present-history';

export interface NextStep {
  readonly command: string;
  readonly does: string;
}

export function nextSteps({ sms }: DetailJson, orders: readonly string[]): NextStep[] {
  const steps = sms.allowed.flatMap((command) => stepsFor(command, sms, orders));
  const before = BEFORE[sms.status];
  return before === undefined ? steps : [...before(sms), ...steps];
}

/** What mends the cause rather than this one SMS. */
const BEFORE: Readonly<Partial<Record<DetailJson['sms']['status'], (sms: DetailJson['sms']) => NextStep[]>>> = {
  not_whitelisted: (sms) => [
    {
      command: `recon phone add ${quoted(sms.sender)} --run-again`,
      does: 'puts the sender on the whitelist and runs what it stopped again',
    },
  ],
  held_untrusted_device: (sms) => [
    { command: `recon device trust ${sms.device_id ?? '<device>'}`, does: 'trusts its device: what it brought runs' },
  ],
};

function stepsFor(command: Command, sms: DetailJson['sms'], orders: readonly string[]): NextStep[] {
  const id = sms.id;
  switch (command) {
    case 'approve': {
      const known = sms.order_id === null ? orders : [sms.order_id];
      const named = known.length === 0 ? ['<order>'] : known;
      return named.map((order) => ({
        command: `recon review ${id} approve --order ${order}`,
        does: 'approves it for this deposit',
      }));
    }
    case 'reject':
      return [{ command: `recon review ${id} reject --remark "…"`, does: 'closes it: this money is not ours to book' }];
    case 'abandon':
      return [{ command: `recon review ${id} abandon --remark "…"`, does: 'puts it aside' }];
    case 'retry':
      return [{ command: `recon review ${id} retry`, does: retryDoes(sms) }];
    case 'undo':
      return [{ command: `recon review ${id} undo`, does: 'takes the decision back' }];
    case 'confirm':
      return [{ command: `recon review ${id} confirm --as <someone else>`, does: 'lets the decision stand' }];
    case 'note':
      return [];
    case 'reset':
      return [
        { command: `recon reset ${id} --reason "…"`, does: 'starts it again from the whitelist, as a new attempt' },
      ];
    case 'rerun':
      return [
        {
          command: `recon rerun ${id} --from ${sms.step} --reason "…"`,
          does: `starts it again at the step ${sms.step}`,
        },
      ];
  }
}

function retryDoes(sms: DetailJson['sms']): string {
  return sms.review_reason === 'wallet_unknown'
    ? 'asks the wallet again with the same key'
    : 'lets the machine try again';
}

function quoted(text: string): string {
  return /^[\w+.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
