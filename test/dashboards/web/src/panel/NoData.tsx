// What Grafana writes into a panel whose queries found nothing.
import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { GrafanaTheme2 } from '@grafana/data';
import type { Panel } from '../dashboard/model';

export function NoData({ panel, height }: { panel: Panel; height: number }) {
  const style = useStyles2(getStyle);
  return <div className={style} style={{ height }}>{panel.fieldConfig?.defaults.noValue ?? 'No data'}</div>;
}

const getStyle = (theme: GrafanaTheme2) =>
  css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.size.lg,
  });
