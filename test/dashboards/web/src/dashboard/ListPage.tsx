import { useEffect, useState } from 'react';
import { Alert, Card } from '@grafana/ui';
import { listDashboards, type Listed } from './load';

/** All dashboards, to choose from. */
export function ListPage() {
  const [dashboards, setDashboards] = useState<Listed[]>([]);
  const [error, setError] = useState<Error>();
  useEffect(() => void listDashboards().then(setDashboards, setError), []);
  return (
    <main style={{ maxWidth: 900, margin: '32px auto' }}>
      <h1>Dashboards</h1>
      {error && <Alert title="The dashboards cannot be listed">{error.message}</Alert>}
      {dashboards.map(({ uid, title, description }) => (
        <Card key={uid} href={`/d/${uid}`} noMargin={false}>
          <Card.Heading>{title}</Card.Heading>
          <Card.Description>{description}</Card.Description>
        </Card>
      ))}
    </main>
  );
}
