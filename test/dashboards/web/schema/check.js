// Refuses dashboards with keys that Grafana does not know, or values of the wrong
// kind: node schema/check.js file.json …
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const from = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Which type in dashboard.ts describes which type of panel. */
const panels = { row: 'Row', stat: 'Stat', table: 'Table', timeseries: 'TimeSeries' };

const generator = createGenerator({ path: from('dashboard.ts'), tsconfig: from('../tsconfig.json'), skipTypeCheck: true });
const ajv = new Ajv({ allErrors: true, strict: false });
const compiled = new Map();

let wrong = 0;
for (const file of process.argv.slice(2)) {
  const dashboard = JSON.parse(readFileSync(file, 'utf8'));
  const errors = mistakes('File', dashboard).concat(
    dashboard.panels.flatMap((panel) => mistakes(panels[panel.type], panel).map((error) => `panel ${panel.id} "${panel.title}": ${error}`))
  );
  errors.forEach((error) => console.error(`${file}: ${error}`));
  wrong += errors.length;
}
process.exit(wrong > 0 ? 1 : 0);

function mistakes(type, value) {
  if (!type) {
    return [`panels of type "${value.type}" have no schema here: add one to schema/dashboard.ts`];
  }
  if (!compiled.has(type)) {
    compiled.set(type, ajv.compile(generator.createSchema(type)));
  }
  const validate = compiled.get(type);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || 'it', message, params.additionalProperty, params.allowedValues?.join(', ')].filter(Boolean).join(' ')
  );
}
