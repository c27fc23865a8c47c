import { expect, test } from '@playwright/test';
import { lossRuleset, readCounters } from '../../../../src/network/kernel/ruleset.ts';

test.describe('The nftables ruleset of a kernel path', () => {
  test('drops no packets at 0%, all packets at 100%, and random packets in between', () => {
    const rules = lossRuleset({ up: 0, down: 100 });
    expect(rules).not.toContain('numgen');
    expect(rules).toContain('counter name down_lost drop');
    expect(rules).not.toContain('counter name up_lost drop');
    expect(lossRuleset({ up: 12.5, down: 0 })).toContain(
      'numgen random mod 1000000 < 125000 counter name up_lost drop',
    );
  });

  test('counts sent and lost packets by name, and a missing counter is an error', () => {
    const counter = (name: string, packets: number) => ({
      counter: { family: 'inet', name, table: 'fullhouse', handle: 1, packets, bytes: 9 },
    });
    const printed = {
      nftables: [
        { metainfo: { version: '1.0.6' } },
        counter('up_sent', 10),
        counter('up_lost', 3),
        counter('down_sent', 8),
        counter('down_lost', 0),
      ],
    };
    expect(readCounters(printed)).toEqual({ up: { sent: 10, lost: 3 }, down: { sent: 8, lost: 0 } });
    expect(() => readCounters({ nftables: printed.nftables.slice(0, 2) })).toThrow(
      'nftables lists no counters for up',
    );
  });
});
