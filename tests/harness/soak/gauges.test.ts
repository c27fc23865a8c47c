import { expect, test } from '@playwright/test';
import { gaugesIn } from '../../../src/soak/gauges.ts';
import { metricOf } from '../../../src/soak/metric.ts';

const text = `# HELP process_open_fds Number of open file descriptors.
# TYPE process_open_fds gauge
process_open_fds 23
# TYPE process_max_fds gauge
process_max_fds 1024
# TYPE nodejs_active_resources gauge
nodejs_active_resources{type="Timeout"} 4
nodejs_active_resources{type="TCPSocketWrap"} 2 1700000000000
# TYPE nodejs_heap_size_used_bytes gauge
nodejs_heap_size_used_bytes 2.5e7
# TYPE nodejs_heap_size_total_bytes gauge
nodejs_heap_size_total_bytes 5e7
# TYPE nodejs_heap_space_size_used_bytes gauge
nodejs_heap_space_size_used_bytes{space="old"} 2e7
# TYPE process_virtual_memory_bytes gauge
process_virtual_memory_bytes 1e12
# TYPE nodejs_version_info gauge
nodejs_version_info{version="v20.1.0"} 1
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1700000000
# TYPE nodejs_eventloop_lag_seconds gauge
nodejs_eventloop_lag_seconds 0.01
# TYPE http_requests_total counter
http_requests_total 100
# TYPE latency summary
latency{quantile="0.5"} 3
# TYPE durations histogram
durations_bucket{le="1"} 3
durations_count 3
# TYPE broken gauge
broken NaN
untyped_rooms 7
untyped_calls_total 9
# TYPE jvm_memory_used_bytes gauge
jvm_memory_used_bytes{area="heap"} 1000
# TYPE jvm_memory_max_bytes gauge
jvm_memory_max_bytes{area="heap"} 9000
`;

test('gauges of counts and bytes are read, without times, shares, reserved sizes and other types', () => {
  expect(gaugesIn(text)).toEqual({
    process_open_fds: 23,
    process_max_fds: 1024,
    'nodejs_active_resources{type="Timeout"}': 4,
    'nodejs_active_resources{type="TCPSocketWrap"}': 2,
    nodejs_heap_size_used_bytes: 2.5e7,
    untyped_rooms: 7,
    'jvm_memory_used_bytes{area="heap"}': 1000,
  });
});

test('a family with a series for each room is recorded as its sum', () => {
  const rooms = Array.from({ length: 13 }, (_, room) => `members{room="${room}"} 2`).join('\n');
  expect(gaugesIn(`# TYPE members gauge\n${rooms}\nclosed{reason="a"} 1`)).toEqual({
    members: 26,
    'closed{reason="a"}': 1,
  });
});

test('a hostile text gives short names without control characters, and not more than 300', () => {
  const hostile = gaugesIn(
    [
      'items{name="\u001b[31m\u202egnp.exe"} 1',
      `items{name="${'x'.repeat(5000)}"} 1`,
      'items{name="a\\"b}c,d=\\"e"} 3',
      `${'y'.repeat(5000)} 1`,
      '__proto__ 1',
      'constructor 1',
      'items{ 1',
      '{} 1',
    ].join('\n'),
  );
  expect(Object.keys(hostile)).toHaveLength(4);
  for (const name of Object.keys(hostile)) {
    expect(name).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(name.length).toBeLessThan(200);
  }
  expect(hostile['items{name="a\\"b}c,d=\\"e"}']).toBe(3);
  expect(hostile).toHaveProperty('constructor', 1);
  expect(Object.getPrototypeOf(hostile)).toBe(Object.prototype);
  const many = Array.from({ length: 2000 }, (_, index) => `gauge_${index} ${index}`).join('\n');
  expect(Object.keys(gaugesIn(many))).toHaveLength(300);
  expect(gaugesIn('<html>')).toEqual({});
});

test.describe('what a metric is, by its name', () => {
  const cases: [string, ReturnType<typeof metricOf>['kind'], string][] = [
    ['process_open_fds', 'count', 'open file descriptors'],
    ['nodejs_active_resources{type="Timeout"}', 'count', 'timers'],
    ['socketio_connections', 'count', 'Socket.IO connections'],
    ['pg_pool_connections{state="total"}', 'count', 'database sessions'],
    ['meetings_active_participants', 'count', 'rows of participants still in a meeting'],
    ['os.sockets', 'count', 'sockets'],
    ['os.tcp.queued_bytes', 'memory', 'bytes queued in the kernel'],
    ['nodejs_heap_size_used_bytes', 'memory', 'heap used'],
    ['jvm_memory_used_bytes{area="heap"}', 'memory', 'jvm_memory_used_bytes{area="heap"}'],
    ['foreign_things', 'count', 'foreign_things'],
    ['p95', 'latency', 'latency P95'],
  ];
  for (const [name, kind, label] of cases)
    test(name, () => expect(metricOf(name)).toMatchObject({ kind, label }));

  test('the cause comes before what follows from it', () => {
    const inOrder = [
      'socketio_listeners',
      'nodejs_active_resources{type="Timeout"}',
      'meetings_active_participants',
      'socketio_rooms',
      'socketio_connections',
      'os.sockets',
      'process_open_fds',
      'foreign_things',
      'nodejs_active_resources_total',
      'nodejs_heap_after_full_collection_bytes',
      'nodejs_heap_size_used_bytes',
      'os.anonymous_bytes',
      'process_resident_memory_bytes',
      'p50',
    ];
    const places = inOrder.map((name) => metricOf(name).place);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });
});
