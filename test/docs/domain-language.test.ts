import assert from 'node:assert/strict';
import { FAILURES } from '../../domain/failures';
import { CRITERIA, MATCH_OUTCOMES } from '../../domain/match';
import type { MatchOutcome, ParseOutcome, WalletOutcome, WhitelistOutcome } from '../../domain/outcomes';
import { PARSE_FAULTS } from '../../domain/parse-result';
import { SENDER_REFUSALS } from '../../domain/phone';
import { REFUSALS } from '../../domain/review';
import {
  BUCKETS,
  commandsAllowed,
  REVIEW_REASONS,
  SMS_STATUSES,
  SOURCES,
  STATUS_RULES,
  STEPS,
  VERDICTS,
} from '../../domain/sms';
import { TEMPLATE_GROUPS, TEMPLATE_KINDS, TEMPLATE_REFUSALS } from '../../domain/template';
import { LOOP_FAULTS } from '../../domain/source-health';
import { codeWords, readDoc, tableRows } from './read-doc';

type Outcome = WhitelistOutcome | ParseOutcome | MatchOutcome | WalletOutcome | 'superseded';
/** A map, so that the compiler misses a new outcome that is not here. */
const OUTCOMES: Readonly<Record<Outcome, true>> = {
  listed: true,
  not_listed: true,
  parsed: true,
  not_a_credit: true,
  parse_failed: true,
  matched: true,
  no_candidate: true,
  ambiguous: true,
  cross_brand: true,
  duplicate_reference: true,
  clock_suspect: true,
  proposed: true,
  approved: true,
  refused: true,
  unclear: true,
  unknown: true,
  superseded: true,
};

describe('docs/domain-language.md', () => {
  const text = readDoc('docs/domain-language.md');
  const words = codeWords(text);

  const lists: Readonly<Record<string, readonly string[]>> = {
    statuses: SMS_STATUSES,
    'review reasons': REVIEW_REASONS,
    verdicts: [...VERDICTS, 'reset', 'rerun'],
    refusals: REFUSALS,
    outcomes: [...Object.keys(OUTCOMES), ...MATCH_OUTCOMES],
    criteria: CRITERIA,
    buckets: BUCKETS,
    sources: SOURCES,
    steps: STEPS,
    'parse faults': PARSE_FAULTS,
    'refusals of a sender': SENDER_REFUSALS,
    'kinds and groups of templates': [...TEMPLATE_KINDS, ...TEMPLATE_GROUPS],
    'refusals of a template': TEMPLATE_REFUSALS,
    failures: Object.values(FAILURES),
    'faults of loops and devices': LOOP_FAULTS,
  };
  for (const [name, list] of Object.entries(lists)) {
    it(`explains all ${name}`, () => {
      assert.deepEqual(
        list.filter((word) => !words.has(word)),
        [],
      );
    });
  }

  it('shows the same table of statuses as the code', () => {
    const shown = new Map(
      tableRows(text)
        .filter((cells) => cells.length === 5 && cells[0]!.startsWith('`'))
        .map(([status, ...rest]) => [status!.replaceAll('`', ''), rest]),
    );
    const yes = (value: boolean) => (value ? 'yes' : 'no');
    const expected = new Map(
      SMS_STATUSES.map((status): [string, string[]] => {
        const { runOpen, needsCheck, bucket, commands } = STATUS_RULES[status];
        return [status, [yes(runOpen), yes(needsCheck), commands.join(', '), bucket]];
      }),
    );
    const unknown = commandsAllowed('awaiting_review', 'wallet_unknown').join(', ');
    expected.set('awaiting_review / wallet_unknown', ['yes', 'yes', unknown, 'review']);
    assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected));
  });
});
