// Grafana's $name, ${name} and ${name:format}, in queries, titles and links.
import { formattedValueToString, getFieldDisplayValuesProxy, type InterpolateFunction, type ScopedVars, type TimeRange } from '@grafana/data';
import { VariableFormatID } from '@grafana/schema';
import { rangeQuery, timeZone } from '../dashboard/timeRange';
import { formatValue, type Values } from './values';

const reference = /\$(\w+)|\$\{([\w.]+)(?::(\w+))?\}/g;

/** Makes the function that Grafana's components call to replace variables. */
export function interpolator(values: Values, range: TimeRange): InterpolateFunction {
  return (text = '', scoped, defaultFormat) =>
    text.replace(reference, (match, plain, braced, format) => {
      const name: string = plain ?? braced;
      const special = builtIn(name, values, range);
      if (special !== undefined) {
        return special;
      }
      const data = ofData(name, scoped);
      if (data !== undefined) {
        return defaultFormat === VariableFormatID.UriEncode ? encodeURIComponent(data) : data;
      }
      const value = scoped?.[name] ?? values[name];
      if (value === undefined && name.startsWith('__')) {
        throw new Error(`this page does not know Grafana's variable ${match}`);
      }
      return value === undefined ? match : formatValue(value, format ?? defaultFormat, name);
    });
}

function builtIn(name: string, values: Values, range: TimeRange): string | undefined {
  const ms = range.to.valueOf() - range.from.valueOf();
  switch (name) {
    case '__range':
      return `${Math.round(ms / 1000)}s`;
    case '__range_s':
      return String(Math.round(ms / 1000));
    case '__url_time_range':
      return rangeQuery(range);
    case '__all_variables':
      return Object.keys(values).map((key) => formatValue(values[key], VariableFormatID.QueryParam, key)).join('&');
    default:
      return undefined;
  }
}

// In the links of a cell: ${__data.fields.namespace}, ${__value.raw}, ${__value.text}.
function ofData(name: string, scoped?: ScopedVars): string | undefined {
  const context = scoped?.__dataContext?.value;
  if (!context) {
    return undefined;
  }
  const { frame, field, rowIndex = 0, calculatedValue } = context;
  const column = name.match(/^__data\.fields\.(\w+)$/)?.[1];
  if (column) {
    return String(getFieldDisplayValuesProxy({ frame, rowIndex, timeZone })[column] ?? '');
  }
  const value = calculatedValue?.numeric ?? field.values[rowIndex];
  switch (name) {
    case '__value.raw':
      return String(value);
    case '__value.text':
      return formattedValueToString(field.display!(value));
    default:
      return undefined;
  }
}
