import type { ReactNode } from 'react';
import type { LinkModel } from '@grafana/data';

/** Makes a single value lead to the first of its links, if it has any. */
export function Linked({ links, children }: { links?: LinkModel[]; children: ReactNode }) {
  const link = links?.[0];
  return link ? <a href={link.href} title={link.title} target={link.target}>{children}</a> : children;
}
