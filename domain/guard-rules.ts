/**
 * The rules of the built-in guards as data. Patterns are RE2, searched for in folded text (lower case, no Latin
 * accents, ASCII digits); their own letters are folded too, so they are written as people write.
 */
import { ENGLISH_RULES } from './guard-rules-english';
import { WORLD_RULES } from './guard-rules-world';
import type { GuardRule } from './guard-rule';

/** In the order in which they are asked: what an SMS is above all comes first. */
export const GUARD_RULES: readonly GuardRule[] = [...ENGLISH_RULES, ...WORLD_RULES];

/** Advice at the end of many SMS, cut out before the rules look: "Never share your OTP", "If not done by you, call". */
export const DISCLAIMERS: readonly string[] = [
  "(?:never|do not|don't|dont|not to|pls don't) (?:ever )?(?:share|disclose|reveal|tell|give|send)[^\\n.!]*",
  '(?:never|not) asks?(?: you)?(?: for)?[^\\n.!]*',
  '(?:if|in case)(?: it| this| the)?(?: is| was|s)?(?: transaction| txn)? ?not (?:done |made |initiated |authori[sz]ed )?by (?:you|u)[^\\n.!]*',
  'not (?:you|u) ?\\?[^\\n.!]*',
  'nunca compart[^\\n.!]*|no compart[^\\n.!]*|não (?:compartilhe|informe)[^\\n.!]*|[^\\n.!]*paylaşmayın',
  '(?:请勿|切勿)[^\\n。!]*',
  'قابل برداشت',
  'رمز[^\\n.]*(?:ندهید|نگذارید)',
];

/** A credit that has happened. */
export const SETTLED: readonly string[] = [
  '(?:has|have) been (?:credited|deposited|received)',
  '(?:is|was|were|are|hs bn) (?:credited|deposited|received)',
  '(?:credited|deposited) (?:with|by|for)[ :]',
  '(?:credited|deposited) (?:to|in|into) (?:your |ur )?(?:a/?c|acct?|account)(?: no)?[ .:]*[^ \\n]*[0-9][^ \\n]* (?:on|by|from|via|through|towards)',
  "you(?:'ve| have)? received",
  'received (?:a |your )?(?:payment|transfer|deposit|rs|inr|₹|ksh|kes|usd|eur|gbp|\\$|€|£|aed|pkr|tk|bdt|[0-9])',
  '(?:payment|transfer|deposit|funds?|money) (?:of [^\\n]* )?received',
  '(?:a/?c|acct?|account)(?: no)?[ .:]*[^ \\n]* credited',
  'واریز(?: شد|:| به| پایا| ساتنا| پل| حقوق)|واریزی:',
  'تم (?:ایداع|استلام|اضافة|قید)|حوالة واردة|ایداع (?:مبلغ|راتب|نقدی)',
  'ha(?:s)? recibido|recibiste|(?:transferencia|pago|bizum|depósito|ingreso) recibid[oa]|se (?:ha )?(?:abonado|acreditado|abonó|acreditó)|você recebeu|(?:pix|transferência|ted|depósito) recebid[oa]',
  'hesabınıza[^\\n]*(?:yat(?:ırıl)?mıştır|yat(?:ırıl)?dı|geldi|gelmiştir|aktarıl(?:dı|mıştır)|geçti)',
  '入账|到账|存入|收入|转入|入金|お振込みがありました',
  'gutschrift|gutgeschrieben|eingegangen|geldeingang|zahlungseingang',
  'जमा (?:हुए|हुआ|किया गया|किए गए|गरिएको|भएको|भयो)|क्रेडिट (?:हुए|हुआ|किया गया|किए गए)',
  'umepokea|জমা হয়েছে|موصول ہو(?:ئے|ا|ئی)',
];

/** Money that went to the reader, though the text may name where it was taken from. */
export const TO_YOU: readonly string[] = [
  '(?:credited|deposited|transferred|paid|sent|added) (?:to|in|into|in to) (?:your|ur|yr|you|u) ?',
];

/** Words that a plain credit does not need: a template vouches for them by spelling them out, else a person decides. */
export const DOUBTS: readonly string[] = [
  ...['debited', 'deducted', 'withdrawn', 'withdrawal', 'spent', 'charged', 'purchase'],
  ...['reversed', 'reversal', 'failed', 'declined', 'unsuccessful', 'rejected', 'bounced', 'cancelled', 'refund'],
  ...['will be', 'shall be', 'scheduled', 'requested', 'collect request', 'pending', 'on hold'],
  ...['cashback', 'bonus', 'congratulations', 'voucher', 'coupon', 'pre-approved', 'preapproved', 'loan'],
  ...['برداشت', 'برگشت', 'ناموفق', 'تسهیلات', 'خصم', 'سحب', 'تم رفض', 'فشل'],
  ...['debitado', 'estorno', 'rechazad', 'iade', 'iptal', '退款', '冲正', '支出', '出金', 'lastschrift', 'storno'],
];
