// A variable's name and value, and its options to choose from.
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, MultiCombobox, useStyles2, type ComboboxOption } from '@grafana/ui';
import type { Resolved } from '../variables/resolve';
import { navigate } from './navigate';

export function VariablePicker({ resolved: { variable, options, value } }: { resolved: Resolved }) {
  const styles = useStyles2(getStyles);
  const choices: Array<ComboboxOption<string>> = [
    ...(variable.includeAll ? [{ value: '$__all', label: 'All' }] : []),
    ...options.map(({ value, text }) => ({ value, label: text })),
  ];
  const chosen = value.all ? ['$__all'] : [value.value].flat();
  const name = `var-${variable.name}`;
  return (
    <div className={styles.picker}>
      <label className={styles.label}>{variable.label || variable.name}</label>
      {variable.multi ? (
        <MultiCombobox options={choices} value={chosen} width="auto" minWidth={8} onChange={(selected) => navigate({ [name]: withoutAll(selected.map((one) => one.value)) })} />
      ) : (
        <Combobox options={choices} value={chosen[0] ?? null} width="auto" minWidth={8} onChange={(selected) => navigate({ [name]: selected.value })} />
      )}
    </div>
  );
}

// Choosing All lets go of the others, and choosing another lets go of All.
const withoutAll = (values: string[]) => (values.at(-1) === '$__all' ? ['$__all'] : values.filter((value) => value !== '$__all'));

const getStyles = (theme: GrafanaTheme2) => ({
  picker: css({ display: 'flex' }),
  label: css({
    display: 'flex',
    alignItems: 'center',
    padding: theme.spacing(0, 1),
    height: theme.spacing(4),
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRight: 'none',
    borderRadius: `${theme.shape.radius.default} 0 0 ${theme.shape.radius.default}`,
  }),
});
