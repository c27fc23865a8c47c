import type { ReportPart } from '../../src/views/report-part.ts';

/** `operations.json`: calls and P95 in ms of each operation; null where there are too few samples. */
export const operationsJson: ReportPart = {
  name: 'operations.json',
  async write({ crowds }, write) {
    for (const { folder, summary } of crowds) {
      const rows = Object.entries(summary.operations).map(([operation, { total, latency }]) => {
        const p95 = latency?.p95;
        return { operation, total, p95Ms: p95 && 'valueMs' in p95 ? p95.valueMs : null };
      });
      await write(`${folder}operations.json`, `${JSON.stringify(rows, null, 2)}\n`);
    }
  },
};
