import { capacityTest } from '../../fixtures/index.ts';

capacityTest({
  name: 'capacity-search',
  question: 'How much load does the service carry?',
});
