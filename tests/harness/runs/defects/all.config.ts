import { project, runOf } from './projects.ts';
import { everyExperiment, HEALTHY, seeded } from './seeded.ts';

/** All experiments with protocol participants, on each defect and on a healthy service. */
export default runOf([
  ...seeded.map(({ defect }) => project(defect, everyExperiment, defect)),
  project(HEALTHY, everyExperiment, ''),
]);
