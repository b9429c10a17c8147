// The value of a variable, and the forms in which it is written into a text.
import { VariableFormatID } from '@grafana/schema';
import type { InterpolateFunction } from '@grafana/data';

/**
 * What is chosen: a list where several can be, or where "All" stands for every
 * option; else one text, which is a regular expression where "All" stands for that.
 */
export interface Value {
  value: string | string[];
  text?: string;
  all?: boolean;
}

export type Values = Record<string, Value>;

type Format = Parameters<InterpolateFunction>[2];

export function formatValue(chosen: Value, format: Format, name: string): string {
  const list = [chosen.value].flat().map(String);
  if (typeof format === 'function') {
    return format(chosen.value, { name, type: 'query', includeAll: chosen.all });
  }
  switch (format) {
    case VariableFormatID.Regex:
      return chosen.all && list.length === 1 ? list[0] : alternatives(list.map(escapeRegex));
    case VariableFormatID.QueryParam:
      return (chosen.all ? ['$__all'] : list).map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
    case VariableFormatID.UriEncode:
      return encodeURIComponent(list.join(','));
    case VariableFormatID.Raw:
      return list.join(',');
    case undefined:
      return chosen.text ?? list.join(' + ');
    default:
      throw new Error(`this page does not know the format of \${${name}:${format}}`);
  }
}

/** The form in which a variable stands in PromQL, inside the quotes of a matcher. */
export const promQL: Format = (value: string | string[], { includeAll }: { includeAll?: boolean }) =>
  Array.isArray(value) ? alternatives(value.map((one) => quoted(escapeRegex(one)))) : includeAll ? value : quoted(value);

const alternatives = (list: string[]) => (list.length === 1 ? list[0] : `(${list.join('|')})`);

const escapeRegex = (text: string) => text.replace(/[$^*{}[\]+?.()|\\]/g, '\\$&');

const quoted = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
