// Runs in every page before the page's own scripts; takes down what the browser itself measures. The library of the
// web vitals stands before it, and VITALS is replaced by the names of those that are recorded. Nothing is sent: the
// harness takes the observations.
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
    // Entries that are recorded, but not delivered yet.
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
