import fc from 'fast-check';
import { createRedactor } from './redactor.js';

describe('createRedactor', () => {
  it('S10 hides a known secret in plain, percent-encoded, JSON and Base64 form', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' }), (secret) => {
        const redactor = createRedactor([secret]);
        const forms = [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString('base64'),
        ];
        for (const form of forms) {
          expect(redactor.text(`\t${form}\t`)).toBe('\t***\t');
        }
      }),
    );
  });

  it.each([
    ['{"access_token":"abc","name":"Li"}', '{"access_token":"***","name":"Li"}'],
    ['{"client_secret" : "a\\"b"}', '{"client_secret" : "***"}'],
    ['{"password":"cut in the mid', '{"password":"***"'],
    ['{"assignee":"Bob","design":"blue"}', '{"assignee":"Bob","design":"blue"}'],
    ['<AccessToken>abc</AccessToken><Name>Li</Name>', '<AccessToken>***</AccessToken><Name>Li</Name>'],
  ])('hides members with telling names: %s', (text, shown) => {
    expect(createRedactor([]).text(text)).toBe(shown);
  });

  it('hides telling query parameters and headers, and leaves the others', () => {
    const redactor = createRedactor([]);
    expect(redactor.query('page=2&access_token=abc&sign=ff&size=10')).toBe('page=2&access_token=***&sign=***&size=10');
    expect(
      redactor.headers({ authorization: 'Bearer x', 'x-shop-access-token': 'y', accept: 'application/json' }),
    ).toEqual({
      authorization: '***',
      'x-shop-access-token': '***',
      accept: 'application/json',
    });
  });

  it('hides what it learns later, and leaves very short values alone', () => {
    const redactor = createRedactor(['1']);
    redactor.learn('tok-9876');
    expect(redactor.text('1 tok-9876')).toBe('1 ***');
  });
});
