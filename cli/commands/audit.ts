/** `recon audit`: the money, counted independently of the pipeline. */
import type { Command } from 'commander';
import { formatMoney } from '../../domain/money';
import { tokenToPresent } from '../../service/caller-tokens';
import { isTransientPostgresError } from '../../service/postgres';
import { auditMoney, type MoneyAudit } from '../audit/audit-money';
import { FINDINGS, isFault, type Finding } from '../audit/findings';
import { createWalletBooks, WalletUnreadable } from '../audit/wallet-books';
import { addCommand, run } from '../command';
import { awayError, causeOf, CliError } from '../cli-error';
import { STAND_HINT, type CliContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';

export function addAudit(program: Command, context: CliContext): void {
  const command = addCommand(program, {
    usage: 'audit',
    summary: 'hold every SMS, match and handoff against the ledger of the wallet',
    description:
      'Counts that nothing is lost and nothing is paid twice, and names every difference. It only reads. Run it before the\n' +
      'workers start after a restore, and whenever somebody asks.',
    examples: ['recon audit', 'recon audit --json'],
  });
  run(context, command, async (): Promise<ExitCode> => {
    const audit = await readAudit(context);
    context.output.give(toJson(audit), () => lines(audit));
    return audit.ok ? EXIT.ok : EXIT.no;
  });
}

async function readAudit(context: CliContext): Promise<MoneyAudit> {
  const config = context.config();
  const token = tokenToPresent(config.callerTokens, 'ops');
  if (token === undefined)
    throw new CliError({
      code: 'configuration',
      message: 'INTERNAL_SERVICE_TOKEN_OPS is not set: the wallet would not let this command in',
      hint: STAND_HINT,
      exitCode: EXIT.usage,
    });
  const wallet = createWalletBooks({ baseUrl: config.WALLET_SERVICE_URL, caller: 'ops', token });
  try {
    return await auditMoney({ recon: context.database(), wallet });
  } catch (error) {
    if (error instanceof WalletUnreadable) throw awayError(error.message, '"recon doctor" shows what is away.');
    if (isTransientPostgresError(error))
      throw awayError(
        `PostgreSQL is away (${causeOf(error)})`,
        'Check DATABASE_URL; "recon doctor" shows what is away.',
      );
    throw error;
  }
}

function toJson(audit: MoneyAudit) {
  return {
    ok: audit.ok,
    conservation: audit.conservation,
    double_credits: audit.doubleCredits,
    credit_count: audit.creditCount,
    read_from: audit.readFrom,
    wallet_audit: audit.walletAudit && {
      credit_count: audit.walletAudit.creditCount,
      credit_sum_minor_by_currency: audit.walletAudit.creditSumMinorByCurrency,
      double_credits: audit.walletAudit.doubleCredits,
      violation_count: audit.walletAudit.violationCount,
    },
    findings: audit.findings.map((finding) => ({
      kind: finding.kind,
      means: FINDINGS[finding.kind],
      is_fault: isFault(finding),
      sms_id: finding.smsId,
      order_id: finding.orderId,
      detail: finding.detail,
    })),
  };
}

const READ_FROM: Readonly<Record<MoneyAudit['readFrom'], string>> = {
  ledger: "the ledger's own tables",
  list: "the wallet's list of credits",
  deposits: 'the wallet, deposit by deposit',
};

function lines({
  ok,
  conservation: c,
  doubleCredits,
  creditCount,
  readFrom,
  walletAudit,
  findings,
}: MoneyAudit): string[] {
  const sums = Object.entries(walletAudit?.creditSumMinorByCurrency ?? {}).map(([currency, sum]) =>
    typeof sum === 'number' ? formatMoney({ amountMinor: sum, currency }) : `${sum} minor units ${currency}`,
  );
  return [
    `SMS      ${c.received} received = ${c.approved} approved + ${c.review} in review + ${c.closed} closed + ${c.open} open; ${c.lost} lost`,
    `Credits  ${creditCount} read from ${READ_FROM[readFrom]}; ${doubleCredits} paid twice`,
    walletAudit === null
      ? 'Wallet   has no audit of its own'
      : `Wallet   says ${walletAudit.creditCount} credits${sums.length === 0 ? '' : ` of ${sums.join(', ')}`}, ${walletAudit.violationCount} violations`,
    '',
    ...findings.flatMap(findingLines),
    ok ? 'Nothing is lost and nothing is paid twice.' : 'There are faults: look at each before the workers run on.',
  ];
}

function findingLines(finding: Finding): string[] {
  const about = [
    ...(finding.smsId === null ? [] : [`SMS ${finding.smsId}`]),
    ...(finding.orderId === null ? [] : [`order ${finding.orderId}`]),
  ].join(', ');
  return [
    `${isFault(finding) ? 'FAULT ' : 'notice'} ${finding.kind}${about === '' ? '' : ` (${about})`}: ${finding.detail}`,
    `       ${FINDINGS[finding.kind]}`,
  ];
}
