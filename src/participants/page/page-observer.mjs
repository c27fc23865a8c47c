// Runs in every page before the page's own scripts, and collects measurements of the browser. The web-vitals library is
// placed before it, and VITALS is replaced by the names of the recorded vitals. It sends nothing: the harness takes the
// observations.
(() => {
  if (window !== window.top) return;
  const seen = { marks: [], requests: [], vitals: {} };
  const observers = [];
  const observe = (type, take) => {
    const entered = (entries) => {
      for (const entry of entries) take(entry);
    };
    const observer = new PerformanceObserver((list) => entered(list.getEntries()));
    observer.observe({ type, buffered: true });
    observers.push(() => entered(observer.takeRecords()));
  };
  observe('mark', ({ name, startTime, detail }) => seen.marks.push({ name, at: startTime, detail }));
  observe('resource', ({ name, initiatorType, startTime, responseEnd, responseStatus }) => {
    if (initiatorType !== 'fetch' && initiatorType !== 'xmlhttprequest') return;
    seen.requests.push({ url: name, startedAt: startTime, endedAt: responseEnd, status: responseStatus });
  });
  for (const name of VITALS) {
    webVitals[`on${name}`](({ value }) => (seen.vitals[name] = value), { reportAllChanges: true });
  }
  const take = () => {
    // Adds the entries that are recorded, but not delivered yet.
    for (const flush of observers) flush();
    const [navigation] = performance.getEntriesByType('navigation');
    return {
      now: performance.now(),
      loadedAt: navigation?.loadEventEnd ?? 0,
      marks: seen.marks.splice(0),
      requests: seen.requests.splice(0),
      vitals: { ...seen.vitals },
    };
  };
  Object.defineProperty(window, '__fullhouse', { value: { take } });
})();
