import { dateTimeFormat, formattedValueToString, getFieldDisplayName, type DataFrame } from '@grafana/data';
import { SeriesTable } from '@grafana/ui';
import { timeZone } from '../dashboard/timeRange';

interface Props {
  frame: DataFrame;
  /** The index of the value under the mouse, for the time and every series. */
  points: Array<number | null>;
  /** The series under the mouse. */
  active: number | null;
  /** True where all series are told, not the active one only. */
  all: boolean;
}

/** What a chart says of the point under the mouse. */
export function TimeSeriesTooltip({ frame, points, active, all }: Props) {
  const [time, ...rest] = frame.fields;
  const series = rest.flatMap((field, i) => {
    const point = points[i + 1];
    const value = point == null ? null : field.values[point];
    if (value == null || !(all || active === i + 1)) {
      return [];
    }
    const display = field.display!(value);
    return [{ color: display.color, label: getFieldDisplayName(field, frame), value: formattedValueToString(display), isActive: active === i + 1 }];
  });
  const at = points[0] == null ? '' : dateTimeFormat(time.values[points[0]], { timeZone });
  return <div style={{ padding: 8 }}><SeriesTable timestamp={at} series={series} /></div>;
}
