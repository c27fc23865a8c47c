// One round of autocannon in a separate process: node autocannon-round.mjs URL CONNECTIONS SECONDS
import autocannon from 'autocannon';

const [url, connections, seconds] = process.argv.slice(2);
const before = process.cpuUsage();
const result = await autocannon({ url, connections: Number(connections), duration: Number(seconds) });
const { user, system } = process.cpuUsage(before);
process.send({
  calls: result.requests.total,
  failures: result.errors + result.non2xx,
  seconds: result.duration,
  cpuMicros: user + system,
  p50Ms: result.latency.p50,
});
process.disconnect();
