import { project, runOf } from './projects.ts';
import { experiments, HEALTHY, seededInGate } from './seeded.ts';

/** Each defect of the gate with the experiment that must find it, and the same experiments on a healthy service. */
export default runOf([
  ...seededInGate.map((one) => project(one.defect, [one], one.defect)),
  project(HEALTHY, experiments, ''),
]);
