import { expect, test } from '@playwright/test';
import { withoutSecrets } from '../../../../src/kernel/secrets.ts';
import { hideToken } from '../../../../src/meetings/identities/foreign-token.ts';

const token = (number: number) => `opaque-session-token-${number}x`;

test('a run of hours redacts the tokens in use, and only a limited number of them', () => {
  hideToken(token(0));
  hideToken(token(1));
  for (let number = 2; number < 10_000; number++) hideToken(token(number));
  expect(withoutSecrets(`${token(0)} ${token(9999)}`)).toBe('[secret] [secret]');
  // Token 0 is issued again, as that of an account with one token: then token 1 is the oldest.
  hideToken(token(0));
  hideToken(token(10_000));
  expect(withoutSecrets(`${token(0)} ${token(1)} ${token(10_000)}`)).toBe(`[secret] ${token(1)} [secret]`);
});
