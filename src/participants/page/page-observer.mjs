// Runs in every page before the page's own scripts; takes down what the browser itself measures. The library of the
// web vitals stands before it. Nothing is sent: whoever drives the page takes what has been seen so far.
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
  for (const name of ['LCP', 'INP', 'CLS', 'TTFB']) {
    webVitals[`on${name}`](({ value }) => (seen.vitals[name] = value), { reportAllChanges: true });
  }
  const take = () => {
    // What is recorded, but not delivered yet.
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
