import { project, runOf } from './projects.ts';
import { experiments, HEALTHY, seeded } from './seeded.ts';

/** Each defect with the experiment that has to find it, and these experiments on a healthy service. */
export default runOf([
  ...seeded.map((one) => project(one.defect, [one], one.defect)),
  project(HEALTHY, experiments, ''),
]);
