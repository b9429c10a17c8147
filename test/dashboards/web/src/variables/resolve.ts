// Finds every variable's options and its value: what the page's address says, else
// what the dashboard says, else the first option.
import { VariableSort, type TimeRange } from '@grafana/data';
import type { Dashboard, Variable } from '../dashboard/model';
import { labelValues } from '../prometheus/api';
import { interpolator } from './interpolate';
import { promQL, type Value, type Values } from './values';

/** What may be chosen, and how it is called. */
export interface Option {
  value: string;
  text: string;
}

export interface Resolved {
  variable: Variable;
  options: Option[];
  value: Value;
}

export async function resolveVariables(dashboard: Dashboard, range: TimeRange, search: URLSearchParams): Promise<Resolved[]> {
  const resolved: Resolved[] = [];
  for (const variable of dashboard.templating?.list ?? []) {
    // One after another, as a query may name the variables before it.
    const options = await optionsOf(variable, valuesOf(resolved), range);
    resolved.push({ variable, options, value: choose(variable, options, search.getAll(`var-${variable.name}`)) });
  }
  return resolved;
}

export const valuesOf = (resolved: Resolved[]): Values =>
  Object.fromEntries(resolved.map(({ variable, value }) => [variable.name, value]));

async function optionsOf(variable: Variable, values: Values, range: TimeRange): Promise<Option[]> {
  const query = String(typeof variable.query === 'object' ? variable.query.query : variable.query);
  switch (variable.type) {
    case 'datasource':
      return [{ value: query, text: 'Prometheus' }]; // there is one, and it bears the type's name
    case 'custom':
      return query.split(',').map(parseOption);
    case 'query': {
      const found = await find(interpolator(values, range)(query, undefined, promQL), range);
      return sorted(found, variable.sort).map((value) => ({ value, text: value }));
    }
    default:
      throw new Error(`the variable ${variable.name} is of type ${variable.type}, which this page does not know`);
  }
}

// A custom option is a value, or a text and a value, as in "a month : 30d".
function parseOption(option: string): Option {
  const [, text, value] = option.match(/^\s*(.+?)\s+:\s+(.+?)\s*$/) ?? [option, option.trim(), option.trim()];
  return { value, text };
}

async function find(query: string, range: TimeRange): Promise<string[]> {
  const call = query.match(/^\s*label_values\((?:(.*),)?\s*(\w+)\s*\)\s*$/s);
  if (!call) {
    throw new Error(`this page knows label_values() alone, and a variable asks for ${query}`);
  }
  return labelValues(call[2], call[1], range);
}

function sorted(options: string[], sort: VariableSort = VariableSort.disabled): string[] {
  switch (sort) {
    case VariableSort.disabled:
      return options;
    case VariableSort.alphabeticalAsc:
      return options.toSorted();
    default:
      throw new Error(`this page does not know the order ${sort} of a variable's options`);
  }
}

const all = '$__all';

function choose(variable: Variable, options: Option[], inAddress: string[]): Value {
  const stored = [variable.current?.value ?? []].flat().filter((value) => value === all || options.some((option) => option.value === value));
  let chosen = inAddress.length > 0 ? inAddress : stored;
  if (chosen.length === 0) {
    chosen = variable.includeAll ? [all] : options.slice(0, 1).map(({ value }) => value);
  }
  if (variable.includeAll && chosen.includes(all)) {
    return { value: variable.allValue || options.map(({ value }) => value), text: 'All', all: true };
  }
  const text = chosen.map((value) => options.find((option) => option.value === value)?.text ?? value).join(' + ');
  return { value: variable.multi || variable.includeAll ? chosen : (chosen[0] ?? ''), text };
}
