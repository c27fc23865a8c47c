import { expect, test } from '@playwright/test';
import { firstLimit } from '../../../src/capacity/first-limit.ts';
import { levelOf } from './levels.ts';

const cpu = (value: number) => ({
  name: 'service CPU',
  value,
  unit: 'cores',
  limit: 0.95,
  isAtLimit: value >= 0.95,
});
const pool = (value: number) => ({
  name: 'waits for a connection',
  value,
  unit: '',
  limit: 1,
  isAtLimit: value >= 1,
});

test.describe('what reached its limit first', () => {
  test('is what was at its limit at the lowest level', () => {
    const found = firstLimit('users', [
      levelOf({ level: 100, resources: [cpu(0.4), pool(0)] }),
      levelOf({ level: 200, resources: [cpu(0.8), pool(3)] }),
      levelOf({ level: 400, verdict: 'breaks', resources: [cpu(0.99), pool(40)] }),
    ]);
    expect(found).toEqual({
      name: 'waits for a connection',
      message: 'waits for a connection, with 3 at 200 users (limit 1)',
    });
  });

  test('is the one that is farther above its limit, at the same level', () => {
    const broken = levelOf({ level: 400, verdict: 'breaks', resources: [cpu(0.97), pool(12)] });
    expect(firstLimit('users', [broken])?.name).toBe('waits for a connection');
  });

  test('is nothing, if nothing that was measured was at its limit', () => {
    expect(firstLimit('users', [])).toBeNull();
    expect(firstLimit('users', [levelOf({ resources: [cpu(0.99)] })])).toBeNull();
    expect(firstLimit('users', [levelOf({ verdict: 'breaks', resources: [cpu(0.5)] })])).toBeNull();
    expect(firstLimit('users', [levelOf({ verdict: 'breaks' })])).toBeNull();
  });
});
