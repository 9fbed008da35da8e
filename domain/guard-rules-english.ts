/** Guard rules for English, and the English that Indian, African and Gulf banks write. */
import type { GuardRule } from './guard-rule';

const CODE =
  '(?:otp|one[- ]time (?:password|passcode|pin|code)|(?:verification|security|auth(?:entication|ori[sz]ation)?|login) code|passcode)';
const MONEY = '(?:rs|inr|₹|ksh|kes|tk|bdt|pkr|npr|usd|\\$|eur|€|gbp|£|aed|sar|kwd|[0-9])';
const ACCOUNT = '(?:a/?c|acct?|account|card|wallet)';
/** "no. XX1234 has been", "ending 1234 on 12-May was": what stands between an account and its verb, and nothing else. */
const ACCOUNT_TAIL =
  '(?:[ .:]+(?:no|num|number|ending|ended|with|in|is|has|have|been|was|hs|bn|got|on|dt|dated|of|for|by|rs|inr|amt|amount|[^ \\n]*[0-9*][^ \\n]*)){0,9}[ .:]+';
const WENT = '(?:debited|charged|deducted|used|swiped)';
const NOT_DONE =
  '(?:failed|declined|unsuccessful|rejected|reversed|cancelled|canceled|returned|dishonou?red|bounced|aborted|not successful)';
const TRANSFER = '(?:txn|trxn|transaction|payment|transfer|request|neft|imps|upi|rtgs|mandate|deposit|che(?:que|ck))';

const PROMISE = `(?:get|win|earn|avail|grab|enjoy|claim|save|borrow) (?:up ?to |flat |extra |assured |instant |a |an |your |free )*(?:loan|cash|bonus|reward|gift|${MONEY})`;

export const ENGLISH_RULES: readonly GuardRule[] = [
  {
    name: 'one_time_code',
    kind: 'otp',
    patterns: [
      `${CODE}(?: code| no| number)?(?: is| as|[ :=-])+[0-9]{3}`,
      `[0-9]{4} (?:is|as) (?:your |the |ur )?(?:[a-z]+ ){0,3}(?:otp|one[- ]time|verification|security code|passcode)`,
      `(?:use|enter) (?:the )?${CODE}`,
      `${CODE} (?:for|to) (?:your |the |a |ur )?(?:txn|trxn|transaction|payment|transfer|purchase|login|adding|add|beneficiary|online|upi|approve|authori[sz]e|complete|debit)`,
    ],
  },
  {
    name: 'not_completed',
    kind: 'failed',
    patterns: [
      `${NOT_DONE} (?:due|because|owing|by (?:bank|the))`,
      `(?:has|have|had|was|were|is|got|been)(?: been)? ${NOT_DONE}`,
      `${TRANSFER}(?: of(?: [^ \\n]+){1,8})? ${NOT_DONE}`,
      `(?:failed|declined|unsuccessful|reversed) ${TRANSFER}`,
      "(?:could|can|was|has|is|were|did)(?: ?not|n't) (?:yet )?(?:be |been |get )?(?:credited|processed|completed|successful|deposited|go through)",
      '(?:reversal|chargeback|charge back)(?: of| for| against|-)',
      'insufficient (?:funds?|bal)',
    ],
  },
  {
    name: 'payment_request',
    kind: 'request',
    patterns: [
      '(?:has|have|is|are) request(?:ed|ing)',
      `requested (?:money|payment|a payment|${MONEY})`,
      '(?:requests?|asked) (?:you )?(?:to pay|for payment)',
      'approve (?:the |this )?(?:payment|request|collect|mandate|upi)',
    ],
  },
  {
    name: 'payment_due',
    kind: 'request',
    unless: 'settled',
    patterns: [
      '(?:collect|payment|money|pay) request',
      'payment (?:is )?(?:due|pending|awaited)',
      '(?:amount|amt|bill|emi|total|minimum|min) due',
      'due (?:on|by|date)|is (?:due|overdue)',
      '(?:please|kindly|pls) pay|pay (?:now|by|before)|click to pay',
    ],
  },
  {
    name: 'announced_credit',
    kind: 'request',
    unless: 'settled',
    patterns: [
      '(?:will|shall|would|to|can|could|may|might) (?:soon )?be (?:credited|deposited|transferred|processed|paid|received)',
      'will (?:receive|credit|reflect)',
      '(?:is|has been|are|was) (?:scheduled|expected|initiated|pending|on hold|under process|being processed)',
      '(?:scheduled|upcoming|future|expected|pending) (?:credit|payment|transfer|deposit)',
    ],
  },
  {
    name: 'own_account_debited',
    kind: 'debit',
    patterns: [
      `(?:your|ur|yr|my) (?:[a-z]+ ){0,4}${ACCOUNT}${ACCOUNT_TAIL}${WENT}`,
      '(?:debited|deducted|charged|withdrawn|paid|spent) (?:from|to|on|using|via|against) (?:your|ur|yr|my) ',
      'credited to (?:the )?(?:beneficiary|benef|payee|merchant|receiver|recipient)',
      '(?:beneficiary|payee|merchant)(?: (?:a/?c|account))?(?: has been| is| was)? credited',
    ],
  },
  {
    name: 'card_spending',
    kind: 'debit',
    patterns: [
      `(?:credit|debit|atm|prepaid) card${ACCOUNT_TAIL}${WENT}`,
      '(?:towards|against|for|of) (?:your |the |ur )?(?:[a-z]+ ){0,3}credit card',
      '(?:spent|charged|swiped) (?:on|at|using|via|from|by|to) (?:[a-z]+ ){0,3}card',
      'credit card (?:bill|statement|payment|txn|transaction|purchase)',
      'debit(?:ed)? (?:alert|txn|transaction|advice)',
    ],
  },
  {
    name: 'account_debited',
    kind: 'debit',
    unless: 'came_to_you',
    patterns: [
      `${ACCOUNT}${ACCOUNT_TAIL}${WENT}`,
      `${MONEY}[^ \\n]*(?: [0-9][^ \\n]*)? (?:has been |is |was |hs bn )?(?:debited|deducted|withdrawn)`,
      '(?:debited|deducted|withdrawn) (?:from|by|for|with|at)',
      "you(?:'ve| have)? (?:sent|paid|transferred|spent|withdrawn|bought)",
      `(?:sent|paid|transferred) to |sent ${MONEY}|(?:txn|trxn|transaction) (?:of )?${MONEY}[^ \\n]*(?: [0-9][^ \\n]*)? (?:on|at|using|to) `,
    ],
  },
  {
    name: 'spending',
    kind: 'debit',
    unless: 'settled',
    patterns: [
      'cash (?:wdl|withdrawal)|atm (?:wdl|withdrawal)|withdrawal (?:of|from|at)|withdrawn',
      '(?:purchase|pos|ecom|shopping) (?:of|at|txn|transaction)|spent ',
      'standing instruction|auto ?debit|auto ?pay|nach debit|bill payment',
      '(?:sms|annual|service|maintenance) charges?',
    ],
  },
  {
    name: 'advertising',
    kind: 'marketing',
    unless: 'settled',
    patterns: [
      // Up to its "credited", so that a promise to have money credited does not lift this very rule.
      `${PROMISE}[^ \\n]*(?: [^ \\n]+){0,4} credited|${PROMISE}`,
      'pre-?approved|apply (?:now|here|today)|loan (?:of|upto|up to|offer)|cash ?back|eligible for',
      '(?:limited|special|exclusive|mega|festive)(?: period| time)? offer|t ?& ?c|terms apply|tnc apply',
      '(?:deposit|add|recharge|spend|invest|load|shop)[^\\n.]* (?:and|&|to) (?:get|win|earn)',
      'congratulations|unsubscribe|opt ?out|lucky (?:draw|winner)|jackpot|lottery|discount|% off',
    ],
  },
];
