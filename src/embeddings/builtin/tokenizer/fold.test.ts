import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold.js';

describe('foldText', () => {
  it('drops accents, composed or not', () => {
    expect(foldText('Crème brûlée, Zoe\u0308, Ångström')).toBe('Creme brulee, Zoe, Angstrom');
  });

  it('spells out letters that have no base letter in Unicode', () => {
    expect(foldText('Smørrebrød, Straße, Łódź, Æsir')).toBe('Smorrebrod, Strasse, Lodz, AEsir');
  });

  it('resolves compatibility forms', () => {
    expect(foldText('ﬁne ½ Ｆｕｌｌ①')).toBe('fine 1⁄2 Full1');
  });

  it('removes invisible characters', () => {
    expect(foldText('co\u00adoperate\u200b\ufeff')).toBe('cooperate');
  });

  it('leaves scripts whole whose marks are letters', () => {
    expect(foldText('हिन्दी 한국어')).toBe('हिन्दी 한국어');
  });

  it('is quick on a hostile run of a million marks', () => {
    const started = performance.now();
    expect(foldText(`a${'\u05b0\u0591'.repeat(500_000)}`).length).toBeLessThan(100);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('changes nothing the second time, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });
});
