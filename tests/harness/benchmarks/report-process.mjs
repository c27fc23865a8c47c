// Usage: node --import tsx report-process.mjs RUN. Makes all reports of a run in a separate process, and prints the time in
// milliseconds and the peak memory of the process, including the loading of the code.
import { publish } from '../../../src/views/publish.ts';

const startedAt = performance.now();
const { files, problems } = await publish(process.argv[2]);
const tookMs = performance.now() - startedAt;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuMs = (userCPUTime + systemCPUTime) / 1000;
console.log(JSON.stringify({ tookMs, cpuMs, peakKb: maxRSS, files: files.size, problems }));
