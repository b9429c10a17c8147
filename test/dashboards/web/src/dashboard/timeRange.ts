// The time range, from the page's address or the dashboard's own, and the intervals that follow from it.
import { dateMath, dateTime, rangeUtil, type DateTime, type TimeRange } from '@grafana/data';
import type { Dashboard } from './model';

/** How often Grafana takes Prometheus to scrape, where the data source does not say. */
const scrapeInterval = '15s';

export const timeZone = 'utc';

export function timeRange(dashboard: Dashboard, search: URLSearchParams): TimeRange {
  const from = search.get('from') ?? dashboard.time?.from ?? 'now-6h';
  const to = search.get('to') ?? dashboard.time?.to ?? 'now';
  return { from: parse(from, false), to: parse(to, true), raw: { from, to } };
}

function parse(text: string, roundUp: boolean): DateTime {
  const time = /^\d+$/.test(text) ? dateTime(Number(text)) : dateMath.toDateTime(text, { roundUp, timezone: timeZone });
  if (!time?.isValid()) {
    throw new Error(`"${text}" is no time: use milliseconds since 1970 or an expression such as now-7d`);
  }
  return time;
}

/** What a range query's step, $__interval and $__rate_interval are, for a panel of so many pixels. */
export interface Intervals {
  stepSeconds: number;
  interval: string;
  intervalMs: number;
  rateInterval: string;
}

export function intervals(range: TimeRange, points: number, minimum?: string): Intervals {
  const { interval, intervalMs } = rangeUtil.calculateInterval(range, points, minimum || scrapeInterval);
  const scrapeMs = rangeUtil.intervalToMs(minimum || scrapeInterval);
  const rateMs = Math.max(intervalMs + scrapeMs, 4 * scrapeMs);
  return { stepSeconds: intervalMs / 1000, interval, intervalMs, rateInterval: `${Math.ceil(rateMs / 1000)}s` };
}

/** The range as it stands in addresses. */
export const rangeQuery = (range: TimeRange) => `from=${encode(range.raw.from)}&to=${encode(range.raw.to)}`;

const encode = (time: DateTime | string) => (typeof time === 'string' ? encodeURIComponent(time) : String(time.valueOf()));
