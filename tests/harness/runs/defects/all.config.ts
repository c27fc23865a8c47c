import { project, runOf } from './projects.ts';
import { everyExperiment, HEALTHY, seeded } from './seeded.ts';

/** Every experiment of protocol participants on every defect, and on a healthy service. */
export default runOf([
  ...seeded.map(({ defect }) => project(defect, everyExperiment, defect)),
  project(HEALTHY, everyExperiment, ''),
]);
