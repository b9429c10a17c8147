// The bar above a dashboard: where one is, the variables, the links and the time range.
import { css } from '@emotion/css';
import { dateTime, type GrafanaTheme2 } from '@grafana/data';
import { Icon, TimeRangePicker, useStyles2 } from '@grafana/ui';
import { DashboardLinks } from './DashboardLinks';
import { navigate } from './navigate';
import type { Scene } from './scene';
import { timeZone } from './timeRange';
import { VariablePicker } from './VariablePicker';

export function Header({ scene }: { scene: Scene }) {
  const styles = useStyles2(getStyles);
  const { dashboard, range, variables } = scene;
  const move = (fraction: number) => {
    const span = range.to.valueOf() - range.from.valueOf();
    navigate({ from: String(range.from.valueOf() + fraction * span), to: String(range.to.valueOf() + fraction * span) });
  };
  return (
    <header>
      <nav className={styles.breadcrumbs}>
        <a href="/">Dashboards</a> <Icon name="angle-right" /> <h1>{dashboard.title}</h1>
      </nav>
      <div className={styles.controls}>
        <div className={styles.left}>
          {variables.filter(({ variable }) => !variable.hide).map((resolved) => <VariablePicker key={resolved.variable.name} resolved={resolved} />)}
          <span className={styles.gap} />
          <DashboardLinks scene={scene} />
        </div>
        <TimeRangePicker
          value={range}
          timeZone={timeZone}
          onChange={({ raw }) => navigate({ from: dateTimeText(raw.from), to: dateTimeText(raw.to) })}
          onChangeTimeZone={() => undefined}
          onMoveBackward={() => move(-0.5)}
          onMoveForward={() => move(0.5)}
          onZoom={() => navigate({ from: String(2 * range.from.valueOf() - range.to.valueOf()), to: String(range.to.valueOf()) })}
        />
      </div>
    </header>
  );
}

const dateTimeText = (time: unknown) => (typeof time === 'string' ? time : String(dateTime(time as Date).valueOf()));

const getStyles = (theme: GrafanaTheme2) => ({
  breadcrumbs: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: theme.spacing(5),
    padding: theme.spacing(0, 2),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
    a: { color: theme.colors.text.secondary },
    h1: { margin: 0, fontSize: theme.typography.fontSize, fontWeight: theme.typography.fontWeightMedium },
  }),
  controls: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(2, 2, 1),
  }),
  left: css({ display: 'flex', flexGrow: 1, flexWrap: 'wrap', gap: theme.spacing(1) }),
  gap: css({ flexGrow: 1 }),
});
