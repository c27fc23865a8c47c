import { test } from '../../fixtures/index.ts';
import { describeOffers } from '../../src/meetings/offers.ts';
import { currentOffers } from '../../src/run/offers.ts';

test.describe('What does the service offer?', () => {
  test('it was asked before the run', async () => {
    for (const description of describeOffers(currentOffers()))
      test.info().annotations.push({ type: 'the service offers', description });
  });
});
