import { expect, test } from '@playwright/test';
import { refuseNamelessUser } from '../../../service/database/embedded.ts';

test('the service refuses a system user without a name before PostgreSQL starts, with advice', () => {
  const nameless = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(() => refuseNamelessUser(nameless)).toThrow(/has no name in \/etc\/passwd.*DATABASE_URL/);
  refuseNamelessUser(() => ({ username: 'somebody' }));
});
