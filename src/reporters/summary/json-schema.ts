import { z } from 'zod';
import { summarySchema } from './schema.ts';

/** What `docs/summary.schema.json` holds: the JSON Schema of `summary.json`, for tools that read it. */
export function summaryJsonSchema(): object {
  return { title: 'summary.json of a fullhouse run', ...z.toJSONSchema(summarySchema) };
}
