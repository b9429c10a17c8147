import { css } from '@emotion/css';
import { Icon, useStyles2 } from '@grafana/ui';
import type { GrafanaTheme2 } from '@grafana/data';

/** The title of a row of panels. */
export function Row({ title }: { title: string }) {
  return <h3 data-row className={useStyles2(getStyle)}><Icon name="angle-down" /> {title}</h3>;
}

const getStyle = (theme: GrafanaTheme2) =>
  css({ margin: 0, lineHeight: '30px', fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium });
