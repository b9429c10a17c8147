// The links of a dashboard to its neighbours, with the time range and the variables where it says so.
import { useEffect, useState } from 'react';
import { LinkButton } from '@grafana/ui';
import type { DashboardLink } from '@grafana/schema';
import { VariableFormatID } from '@grafana/schema';
import { listDashboards, type Listed } from './load';
import type { Scene } from './scene';

export function DashboardLinks({ scene }: { scene: Scene }) {
  const [neighbours, setNeighbours] = useState<Listed[]>([]);
  const links = scene.dashboard.links ?? [];
  const needsList = links.some(({ type }) => type === 'dashboards');
  useEffect(() => {
    if (needsList) {
      void listDashboards().then(setNeighbours);
    }
  }, [needsList]);

  return links.flatMap((link) => {
    const targets = link.type === 'dashboards'
      ? neighbours.filter(({ uid, tags }) => uid !== scene.dashboard.uid && link.tags.every((tag) => tags.includes(tag))).map(({ uid, title }) => ({ title, url: `/d/${uid}` }))
      : [{ title: link.title, url: link.url ?? '' }];
    return targets.map(({ title, url }) => (
      <LinkButton key={`${title}${url}`} variant="secondary" icon={link.type === 'dashboards' ? 'apps' : 'external-link-alt'} href={hrefOf(url, link, scene)} target={link.targetBlank ? '_blank' : undefined}>
        {scene.replace(title)}
      </LinkButton>
    ));
  });
}

function hrefOf(url: string, link: DashboardLink, { replace }: Scene): string {
  const parameters = [link.keepTime && '${__url_time_range}', link.includeVars && '${__all_variables}'].filter(Boolean).join('&');
  return replace(parameters ? `${url}${url.includes('?') ? '&' : '?'}${parameters}` : url, undefined, VariableFormatID.UriEncode);
}
