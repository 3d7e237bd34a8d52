import { signatureV1, signatureV3 } from './signature.js';

const BODY =
  '[{"eventId":1,"subscriptionType":"contact.propertyChange","objectId":51,"propertyName":"email","propertyValue":"a@b.example","occurredAt":1700000000000,"attemptNumber":0}]';

describe('HubSpot webhook signatures', () => {
  test('version 3, as the official client computes it', () => {
    expect(signatureV3('hs-client-secret', 'POST', 'https://hub.example/hooks/hubspot', BODY, 1_700_000_000_000)).toBe(
      'uO/wVm5dHKJkmaUGmWZhTtb+vibZgw8g3b4V83oApG0=',
    );
  });

  test('version 1, as the official client computes it', () => {
    expect(signatureV1('hs-client-secret', BODY)).toBe(
      'c46429aa5a1ec5a457a429c43cf8c1042ea987ba060af12edd1980bf03109319',
    );
  });
});
