import { appSignature, requestSignature, signingText } from './signature.js';

const TOKEN_CALL = {
  method: 'GET',
  path: '/jdyconnector/app_management/kingdee_auth_token',
  query: new Map([
    ['app_key', 'bVZgAZOv1'],
    ['app_signature', 'MzZlYTk0ODk4MWZlNjdiODNmNWU4YzViNzYxNGM5MTFlOGJkN2NjMzk0MTJkZGNhZGM0NzZhN2YxZDJmOTlkZA=='],
  ]),
  nonce: '4427456950',
  timestamp: '1670305063559',
};
const LIST_CALL = {
  method: 'GET',
  path: '/jdy/v2/scm/sal_order',
  query: new Map([
    ['page', '1'],
    ['page_size', '100'],
    ['bill_status', 'C'],
    ['search', '杭州 A&B'],
  ]),
  nonce: '1234567890',
  timestamp: '1760000000000',
};

describe('Kingdee signatures', () => {
  test("app_signature of the vendor's own example", () => {
    expect(appSignature('abc', 'abc123')).toBe(
      'ZDljMTI3NGIyNTE1MTRkYzlkNjc1MDNhYjUzMzgzNWMyY2M4YTdjMzdmNmM3YTVlNDkxMTkzNjdiOTFjNzUyZQ==',
    );
  });

  test("request signature of the vendor's own example", () => {
    expect(requestSignature('f2adcfef73369bfc4e1384677d38a0ff', TOKEN_CALL)).toBe(
      'OTFiZTliNDFiMjNkYTI3YzVhNzg4MDI4ZGU3MWY1ZTA5ZTk1NjVlNGM1YTI1ZjIxY2Y5YTA3ZGY2OGI1MGQ1MQ==',
    );
  });

  test('query keys are sorted, keys and values encoded twice', () => {
    expect(signingText(LIST_CALL).split('\n')[2]).toBe(
      'bill_status=C&page=1&page_size=100&search=%25E6%259D%25AD%25E5%25B7%259E%2520A%2526B',
    );
    expect(requestSignature('demo-client-secret', LIST_CALL)).toBe(
      'OGY0MTkzZDc2ZjNiMGU0MWY2NDgzN2ZmNWE5MzliNDQ5NTkwYzc3MWFjYjUyNTdiNTBjYzg2YzIwMzU4NTIwYg==',
    );
  });

  test('a call without query has an empty third line', () => {
    expect(requestSignature('demo-client-secret', { ...LIST_CALL, method: 'POST', query: new Map() })).toBe(
      'ODY3YjRkN2RkOWZlY2MwNmE4MjJkMjkxYmQ5NzNmZWRkMjIzNzU1ODI5ODAyMmVlN2MxNWJiMTk4ZTI5NDhjOQ==',
    );
  });
});
