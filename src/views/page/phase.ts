import type { DistributionChart, SearchChart, TimeGroup } from '../../look/chart-data.ts';
import type { Html } from './html.ts';
import type { HeadedPhase } from './sections/header.ts';

/** One part of the page, with the data of its charts. */
export interface Phase extends HeadedPhase {
  readonly content: Html;
  readonly groups: readonly TimeGroup[];
  readonly distributions: readonly DistributionChart[];
  readonly searches?: readonly SearchChart[];
}
