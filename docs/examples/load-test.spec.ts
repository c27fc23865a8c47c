import { loadTest } from 'fullhouse';

loadTest({
  name: 'quick-ramp',
  question: 'Does the service carry a quick ramp?',
  // Each of these is optional; what is left out, the settings of the run decide.
  journey: 'attend-meeting:3,./journeys/chat.ts:1',
  schedule: 'ramp 0..50 for 30s',
  targets: { 'latency p95': '< 500 ms', 'error rate': '< 1 %' },
});
