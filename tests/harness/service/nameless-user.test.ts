import { expect, test } from '@playwright/test';
import { refuseNamelessUser } from '../../../service/database/embedded.ts';

test('a user id without a name is refused before PostgreSQL starts, with what to do', () => {
  const nameless = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(() => refuseNamelessUser(nameless)).toThrow(/has no name in \/etc\/passwd.*DATABASE_URL/);
  refuseNamelessUser(() => ({ username: 'somebody' }));
});
