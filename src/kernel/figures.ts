/** How figures are written for people, the same everywhere. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
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
