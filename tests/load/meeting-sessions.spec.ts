import { loadTest } from '../../fixtures/index.ts';

loadTest({
  name: 'meeting-sessions',
  question: 'Does the service carry this crowd for the whole time?',
});
