/** The targets of a load without TARGETS and TARGETS_FILE. */
export const defaultTargets = {
  'latency avg': '< 200 ms',
  'latency p95': '< 500 ms',
  'latency p99': '< 1000 ms',
  'error rate': '< 1 %',
};

/**
 * Targets for facts that a pooled latency hides: one slow operation among many quick ones, room events, connections and
 * sessions. Judged only if there is data.
 */
export const defaultCrowdTargets = {
  'each operation p95': '< 1000 ms',
  'events lost': '< 0.1 %',
  'events late': '< 1 %',
  'events twice': '< 0.1 %',
  'connections lost': '<= 1 %',
  'sessions completed': '>= 99 %',
  'users reached': '>= 90 %',
  'wrong answers': '<= 0',
};

/**
 * The expectations of browser users: the limits of the web vitals, at the part of visits for which they are defined
 * (web.dev/articles/vitals). Few sessions fit into a short run; a target without samples is not judged.
 */
export const defaultPageTargets = {
  'page.session error rate': '< 5 %',
  'page.join p75': '< 3000 ms',
  'page.hand-visible p95': '< 1000 ms',
  'page.lcp p75': '< 2500 ms',
  'page.inp p75': '< 200 ms',
  'page.cls p75': '<= 0.1',
};

/** P95 of one call at a time, without other load. */
export const defaultBenchTargets = {
  'health.get p95': '< 50 ms',
  'meeting.create p95': '< 200 ms',
  'meeting.get p95': '< 100 ms',
  'meeting.join p95': '< 200 ms',
  'meeting.list p95': '< 150 ms',
  'network.report p95': '< 100 ms',
  'socket.connect p95': '< 200 ms',
  'room.enter p95': '< 100 ms',
  'event.delivery p95': '< 100 ms',
};
