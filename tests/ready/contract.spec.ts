import { test } from '../../fixtures/index.ts';
import { currentAccess } from '../../src/run/access.ts';

test.describe('How is the service called?', () => {
  test('the operations of the contract', async () => {
    const { contract } = await currentAccess();
    const operations = [...contract.operations.keys()].join(', ');
    test.info().annotations.push({ type: contract.source, description: operations });
  });
});
