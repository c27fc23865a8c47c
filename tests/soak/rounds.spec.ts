import { soakTest } from '../../fixtures/index.ts';

soakTest({
  name: 'soak',
  question: 'Does the service stay stable over many rounds of users?',
});
