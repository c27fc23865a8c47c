/** How figures are written for people, the same everywhere. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  // A limit may be so small, though nothing that was measured is.
  if (value > 0 && value < 0.01) return `${Number(value.toPrecision(1))} ms`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

export function percent(value: number | null): string {
  return value === null ? 'no data' : `${value.toFixed(2)} %`;
}

export function perSecond(value: number | null): string {
  return value === null ? 'no data' : `${value.toFixed(1)}/s`;
}

/** `1 page`, `2 pages`, `1,234 pages`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : several}`;
}

/** `1:05`, `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

export function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return ms(value);
    case '%':
      return percent(value);
    case '/s':
      return perSecond(value);
    default:
      return unit === '' ? number(value) : `${number(value)} ${unit}`;
  }
}
