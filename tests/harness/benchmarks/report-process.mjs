// Usage: node --import tsx report-process.mjs RUN. Makes all reports of a run, alone in its process, and prints what that
// took: milliseconds, and the most memory that the process ever had, loading of the code included.
import { publish } from '../../../src/views/publish.ts';

const startedAt = performance.now();
const { files, problems } = await publish(process.argv[2]);
const tookMs = performance.now() - startedAt;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuMs = (userCPUTime + systemCPUTime) / 1000;
console.log(JSON.stringify({ tookMs, cpuMs, peakKb: maxRSS, files: files.size, problems }));
