import type { JsonSchema } from '../json.js';
import { secretNames, secretValues } from './secret-names.js';
import { validateSettings } from './validate-settings.js';

const settings: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['baseUrl'],
  properties: {
    baseUrl: { type: 'string', format: 'uri', 'x-title-zh': '地址' },
    token: { type: 'string', writeOnly: true, minLength: 4 },
    size: { type: 'integer', minimum: 1 },
    mode: { enum: ['live', 'test'] },
    login: {
      type: 'object',
      additionalProperties: false,
      properties: { user: { type: 'string' }, password: { type: 'string', writeOnly: true } },
    },
  },
};

describe('validateSettings', () => {
  it('accepts sound settings', () => {
    expect(
      validateSettings({ settings }, { baseUrl: 'https://a.example', login: { user: 'u', password: 'p' } }),
    ).toEqual([]);
  });

  it('lists every fault at once, in both languages, and says what was probably meant', () => {
    const problems = validateSettings({ settings }, { tokn: 'abcd', size: 0, mode: 'demo', login: { pasword: 'x' } });
    expect(problems.map(({ path, code, suggestion }) => [path, code, suggestion])).toEqual([
      ['/baseUrl', 'settings.required', undefined],
      ['/tokn', 'settings.additionalProperties', 'token'],
      ['/size', 'settings.minimum', undefined],
      ['/mode', 'settings.enum', undefined],
      ['/login/pasword', 'settings.additionalProperties', 'password'],
    ]);
    expect(problems[3]?.message).toEqual({
      en: 'mode must be one of: live, test.',
      zh: 'mode 必须是以下之一：live, test。',
    });
  });

  it('S10 never repeats a value, since it may be a secret', () => {
    const problems = validateSettings(
      { settings },
      { baseUrl: 'canary-1', token: 17, login: { password: { canary: 'canary-2' } } },
    );
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toContain('canary');
  });
});

describe('secretNames', () => {
  it('finds secrets at any depth, and their values', () => {
    expect(secretNames(settings)).toEqual(['token', 'login.password']);
    expect(secretValues(settings, { baseUrl: 'x', token: 'tttt', login: { user: 'u', password: 'pppp' } })).toEqual([
      'tttt',
      'pppp',
    ]);
  });
});
