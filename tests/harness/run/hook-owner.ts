import { Hooks } from '../../../src/run/hooks.ts';

/** Runs a stop command in the given folder, prints `stopped`, and runs until it is killed. */
const [folder] = process.argv.slice(2);
const hooks = new Hooks({
  SERVICE_RESTART_CMD: undefined,
  SERVICE_STOP_CMD: `echo stop >> ${folder}/log`,
  SERVICE_START_CMD: `echo start >> ${folder}/log`,
  DATABASE_STOP_CMD: undefined,
  DATABASE_START_CMD: undefined,
  REDIS_STOP_CMD: undefined,
  REDIS_START_CMD: undefined,
});
await hooks.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
console.log('stopped');
setInterval(() => undefined, 1000);
