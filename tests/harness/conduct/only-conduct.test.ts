import { expect, test } from '@playwright/test';
import { benchmarksOf } from '../../../src/benchmarks/catalogue/index.ts';
import { contractOf, referenceContract } from '../../../src/meetings/contract/load.ts';
import { operationOf } from '../../../src/meetings/contract/operation-of.ts';

/** A contract with a custom operation at the address of a standard operation. */
const written = (only: string) => `
contract: fullhouse/1
service: { base: /rooms }
identity: { none: {} }
operations:
  meeting.create: { post: "", meeting: body.id }
  meeting.join: { post: "/\${meeting}/join" }
  join.as: { post: "/\${meeting}/join", json: { role: "\${input.role}" } ${only} }
`;

test('an operation with "only: conduct" is in no benchmark, and names no call and no route', () => {
  const own = contractOf(written(''), 'test', {});
  const conducts = contractOf(written(', only: conduct'), 'test', {});
  const seen = (contract: typeof own) => ({
    benchmarks: benchmarksOf(contract)
      .map(({ operation }) => operation)
      .includes('join.as'),
    call: operationOf(contract, 'http://127.0.0.1/rooms/1/join'),
    routes: Object.keys(contract.metrics.routes),
  });
  expect(seen(own)).toEqual({ benchmarks: true, call: 'join.as', routes: ['meeting.join', 'join.as'] });
  expect(seen(conducts)).toEqual({ benchmarks: false, call: 'meeting.join', routes: ['meeting.join'] });
});

test('a contract is refused if "only" has another value than conduct', () => {
  expect(() => contractOf(written(', only: load'), 'test', {})).toThrow(
    /line 8: operations\.join\.as\.only: /,
  );
});

test('the benchmarks omit the conduct operations of the reference contract', () => {
  const contract = referenceContract();
  const conducts = [...contract.operations.values()].flatMap(({ name, only }) => (only ? [name] : []));
  expect(conducts).toContain('meeting.control');
  const measured = benchmarksOf(contract).map(({ operation }) => operation);
  expect(measured.filter((name) => conducts.includes(name))).toEqual([]);
});
