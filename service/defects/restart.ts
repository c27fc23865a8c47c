import type { Parts } from './parts.ts';

/** As a service that keeps the state of a meeting in the memory of its process: a restart takes it away. */
export async function forgetHands({ pool }: Parts): Promise<Partial<Parts>> {
  await pool.query('update participants set is_hand_raised = false where left_at is null');
  return {};
}
