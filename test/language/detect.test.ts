import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../src/language/index.js';

/** A question and a sentence of each. */
const TEXTS: Readonly<Record<string, readonly [string, string]>> = {
  en: [
    'Who approves the travel policy?',
    'The committee decided that the bridge would be built before the end of the year.',
  ],
  de: [
    'Wer genehmigt die Reise?',
    'Der Ausschuss hat beschlossen, dass die Brücke vor Ende des Jahres gebaut wird.',
  ],
  fr: [
    'Qui approuve le voyage ?',
    'Le comité a décidé que le pont serait construit avant la fin de l’année.',
  ],
  es: ['¿Quién aprueba el viaje?', 'El comité decidió que el puente se construirá antes de finales del año.'],
  pt: ['Quem aprova a viagem?', 'O comité decidiu que a ponte será construída antes do final do ano.'],
  it: [
    'Chi approva il viaggio?',
    'Il comitato ha deciso che il ponte sarà costruito prima della fine dell’anno.',
  ],
  nl: [
    'Wie keurt de reis goed?',
    'Het comité heeft besloten dat de brug voor het einde van het jaar wordt gebouwd.',
  ],
  sv: [
    'Vem godkänner resan?',
    'Kommittén beslutade i går att den nya bron ska byggas före slutet av nästa år.',
  ],
  fi: [
    'Kuka hyväksyy matkan?',
    'Komitea päätti eilen, että uusi silta rakennetaan ennen ensi vuoden loppua.',
  ],
  hu: ['Ki hagyja jóvá az utazást?', 'A bizottság úgy döntött, hogy az új híd a jövő év vége előtt megépül.'],
  pl: ['Kto zatwierdza podróż?', 'Komitet zdecydował, że nowy most zostanie zbudowany przed końcem roku.'],
  ro: [
    'Cine aprobă călătoria?',
    'Comitetul a decis ieri că noul pod va fi construit înainte de sfârșitul anului.',
  ],
  tr: [
    'Seyahati kim onaylıyor?',
    'Komite dün yeni köprünün yılın sonundan önce inşa edileceğine karar verdi.',
  ],
  id: [
    'Siapa yang menyetujui perjalanan?',
    'Panitia memutuskan bahwa jembatan baru akan dibangun sebelum akhir tahun.',
  ],
  vi: ['Ai phê duyệt chuyến đi?', 'Hôm qua ủy ban đã quyết định rằng cây cầu mới sẽ được xây dựng.'],
  ru: ['Кто утверждает поездку?', 'Комитет вчера решил, что новый мост будет построен до конца года.'],
  uk: ['Хто затверджує поїздку?', 'Комітет вчора вирішив, що новий міст буде збудовано до кінця року.'],
  el: ['Ποιος εγκρίνει το ταξίδι;', 'Η επιτροπή αποφάσισε ότι η νέα γέφυρα θα κατασκευαστεί φέτος.'],
  ar: ['من يوافق على السفر؟', 'قررت اللجنة أمس أن يتم بناء الجسر الجديد قبل نهاية العام المقبل.'],
  hi: ['यात्रा को कौन मंज़ूरी देता है?', 'समिति ने कल निर्णय लिया कि नया पुल अगले साल के अंत से पहले बनाया जाएगा।'],
  zh: ['谁批准旅行？', '委员会昨天决定，新桥将在明年年底之前建成。'],
  ja: ['誰が旅行を承認しますか？', '委員会は昨日、新しい橋を来年末までに建設することを決定した。'],
  ko: ['누가 출장을 승인합니까?', '위원회는 어제 새 다리를 내년 말까지 건설하기로 결정했다.'],
  th: ['ใครอนุมัติการเดินทาง', 'คณะกรรมการตัดสินใจเมื่อวานนี้ว่าสะพานใหม่จะสร้างเสร็จก่อนสิ้นปีหน้า'],
};

describe('detecting the language', () => {
  test.each(Object.entries(TEXTS))('tells %s by a question and by a sentence', async (language, texts) => {
    for (const text of texts) expect(await detectLanguage(text)).toMatchObject({ language });
  });

  test('is sure of whole sentences, and of related languages less than of scripts', async () => {
    for (const [language, [, sentence]] of Object.entries(TEXTS)) {
      if (language === 'hi') continue; // Nearly the same sequences as Marathi.
      expect((await detectLanguage(sentence)).confidence, language).toBeGreaterThan(0.5);
    }
    const hindi = await detectLanguage('यात्रा को कौन मंज़ूरी देता है?');
    expect(hindi.confidence).toBeLessThan(0.5);
  });

  test.each(['hello', 'iPhone 15', 'Kubernetes pod restart', '42', '', '—'])(
    'takes the fallback for %j',
    async (text) => {
      expect(await detectLanguage(text, { fallback: 'pt-BR' })).toMatchObject({ language: 'pt-BR' });
    },
  );

  test('does not take a fallback of another script', async () => {
    const hindi = 'यात्रा को कौन मंज़ूरी देता है?';
    expect(await detectLanguage(hindi, { fallback: 'en', atLeast: 0.9 })).toMatchObject({ language: 'hi' });
    expect(await detectLanguage(hindi, { fallback: 'mr', atLeast: 0.9 })).toMatchObject({ language: 'mr' });
  });

  test('knows nothing of what has no letters', async () => {
    expect(await detectLanguage('2 + 2 = 4')).toEqual({ language: 'und', confidence: 0 });
  });

  test('looks past a title page in another language', async () => {
    const text = [...Array(10).fill('INDEX TABLE ANNEX'), ...Array(60).fill(TEXTS.de?.[1])].join(' ');
    expect(await detectLanguage(text)).toMatchObject({ language: 'de' });
  });

  test('takes Chinese with names in Latin letters for Chinese, and quoted kana do not make it Japanese', async () => {
    expect(await detectLanguage('我买了 iPhone 手机壳和 MacBook')).toMatchObject({ language: 'zh' });
    expect(await detectLanguage(`${TEXTS.zh?.[1]}他说「の」是日语里最常用的字之一。`)).toMatchObject({
      language: 'zh',
    });
  });
});
