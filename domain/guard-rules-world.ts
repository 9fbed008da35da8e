/** Guard rules for the other languages in which the shipped templates read. */
import type { GuardRule } from './guard-rule';

export const WORLD_RULES: readonly GuardRule[] = [
  {
    name: 'one_time_code_world',
    kind: 'otp',
    patterns: [
      'رمز (?:پویا|دوم|یکبار|یک بار|ورود|عبور)|کد (?:تایید|ورود|فعال)',
      'رمز (?:التحقق|التأکید|الدخول|المرور)|(?:کلمة|رقم) (?:المرور|السر) (?:ل|المؤقت)',
      'código de (?:verificación|seguridad|segurança|verificação|acesso|confirmação)|clave (?:dinámica|temporal)',
      '(?:doğrulama|onay|güvenlik) (?:kodu|şifre)|tek kullanımlık|sms şifre',
      '验证码|校验码|动态(?:密)?码|認証コード|確認コード|認証番号|ワンタイムパスワード',
      'ओटीपी|ওটিপি|код подтверждения|freigabecode|(?:mobile|sms|photo)-?tan',
    ],
  },
  {
    name: 'not_completed_world',
    kind: 'failed',
    patterns: [
      'ناموفق|برگشت (?:خورد|داده|از|وجه)|برگشتی|اصلاحیه|لغو شد',
      'فشل|لم (?:تتم|یتم|تنجح|تکتمل)|تم (?:رفض|إلغاء|عکس)|عملیة مرفوضة',
      'rechazad[oa]|fallid[oa]|no se pudo|reversad[oa]|devuelt[oa]|reverso de',
      'recusad[oa]|não (?:foi )?(?:autorizad[oa]|concluíd[oa]|realizad[oa]|aprovad[oa])|estornad[oa]|estorno|devolvid[oa]',
      'başarısız|reddedil|iptal edil|iade edil|gerçekleştirilemedi|gerçekleşmedi',
      '失败|退回|退款|冲正|撤销|被拒|失敗|組戻|取消',
      'fehlgeschlagen|abgelehnt|rücklastschrift|storniert|storno|zurückgebucht|rückbuchung',
      'असफल|विफल|रद्द|अस्वीकृत|ব্যর্থ|বাতিল|ناکام|imeshindwa|haikufanikiwa',
    ],
  },
  {
    name: 'payment_request_world',
    kind: 'request',
    unless: 'settled',
    patterns: [
      'درخواست (?:وجه|پرداخت)|سررسید|قسط|بدهی',
      'طلب (?:دفع|تحویل|مبلغ)|مستحق',
      'solicit(?:a|ó|ou) (?:un |um |el |o )?(?:pago|pagamento|dinero|pix)|vence el|cobrança|boleto|vencimento',
      'ödeme (?:talebi|isteği)|para isteği|son ödeme',
      '收款请求|待付款|应还|还款日|账单|請求|お支払い?期限',
      'zahlungsaufforderung|fällig|bittet um',
      'अनुरोध|देय|भुगतान करें',
    ],
  },
  {
    name: 'announced_credit_world',
    kind: 'request',
    unless: 'settled',
    patterns: [
      'واریز (?:خواهد|میشود|می شود|می‌شود|میگردد)',
      'سیتم|سوف (?:یتم|تتم)|سیودع|ستودع',
      'se (?:abonará|acreditará|depositará)|será (?:abonad|acreditad|depositad|creditad)|recibirás|agendad[oa]|vai receber|você receberá',
      'yatırılacak|aktarılacak|yatacak|gönderilecek|gelecektir',
      '将(?:于|在|会)|预计|待到账|待入账|处理中|予定',
      'wird (?:[^\\n.]* )?gutgeschrieben|vorgemerkt|angekündigt',
      'जमा (?:होगा|होंगे|हो जाएगा|हो जाएंगे|किया जाएगा|किए जाएंगे|हुनेछ)',
    ],
  },
  {
    name: 'spending_world',
    kind: 'debit',
    unless: 'settled',
    patterns: [
      'برداشت|خرید|انتقال از حساب شما|کسر شد|پرداخت قبض',
      'خصم|سحب|شراء|مشتریات|حوالة صادرة|من (?:حسابك|بطاقتك)',
      'cargo (?:de|a|por|en)|compra (?:de|en|por|aprobada|aprovada|no|em|realizada)|retiro|pagaste|enviaste|transferiste|debitad[oa]',
      'saque|você (?:enviou|pagou|transferiu)|pix enviado|pagamento (?:realizado|efetuado)|fatura',
      'harcama|hesabınızdan|kartınızdan|para çek|çekil(?:di|miştir)|gönderdiniz|alışveriş',
      '支出|消费|扣款|转出|取现|取款|支付人民币|出金|引き?落と?し|引落|ご利用',
      'abbuchung|lastschrift|belastet|abgebucht|überweisung an|kartenzahlung',
      'डेबिट|निकाले|निकासी|काटे|खर्च|ডেবিট|উত্তোলন|ڈیبٹ|کٹوتی|umetuma|umelipa|umetoa',
    ],
  },
  {
    name: 'advertising_world',
    kind: 'marketing',
    unless: 'settled',
    patterns: [
      'جایزه|قرعه کشی|تخفیف|تسهیلات|هدیه|لغو ?11',
      'عروض|تمویل|قرض|اربح|جائزة|احصل',
      'préstamo|empréstimo|oferta|promoci[oó]n|promoção|ganhe|gana |sorteio|sorteo|descuento|desconto|aprovech[ae]|aproveite',
      'kampanya|fırsat|kazan|indirim|hediye',
      '优惠|贷款|抽奖|退订|キャンペーン|プレゼント|カードローン',
      'angebot|gewinnen|rabatt|gutschein|sofortkredit',
      'ऑफर|लोन|ऋण|कैशबैक|जीत',
    ],
  },
];
