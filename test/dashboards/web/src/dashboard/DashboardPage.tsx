// A dashboard. The document's body tells when all of its panels are done, for who waits for that.
import { useCallback, useEffect, useState } from 'react';
import { rangeUtil } from '@grafana/data';
import { Alert } from '@grafana/ui';
import { Grid } from './Grid';
import { Header } from './Header';
import { loadScene, type Scene } from './scene';

export function DashboardPage({ uid }: { uid: string }) {
  const [scene, setScene] = useState<Scene>();
  const [error, setError] = useState<Error>();
  const load = useCallback(
    () =>
      loadScene(uid, new URLSearchParams(location.search)).then((loaded) => {
        setScene(loaded);
        setError(undefined);
      }, setError),
    [uid]
  );
  useEffect(() => void load(), [load]);
  const refresh = scene?.dashboard.refresh;
  useEffect(() => {
    if (refresh) {
      const timer = setInterval(load, rangeUtil.intervalToMs(refresh));
      return () => clearInterval(timer);
    }
  }, [load, refresh]);
  useEffect(() => {
    if (error) {
      document.body.dataset.dashboardState = 'error';
      document.body.dataset.dashboardError = error.message;
    } else if (scene) {
      document.title = scene.dashboard.title ?? uid;
      return tellWhenDone(scene.dashboard.panels?.length ?? 0);
    }
  }, [scene, error, uid]);

  if (error) {
    return <Alert title="This dashboard cannot be shown">{error.message}</Alert>;
  }
  return scene && (
    <>
      <Header scene={scene} />
      <main style={{ padding: '8px 16px 32px' }}><Grid scene={scene} /></main>
    </>
  );
}

function tellWhenDone(panels: number) {
  document.body.dataset.dashboardState = 'loading';
  const look = async () => {
    const loading = document.querySelectorAll('[data-panel-state=loading]').length;
    const drawn = document.querySelectorAll('[data-panel-state], [data-row]').length;
    if (loading === 0 && drawn >= panels) {
      await document.fonts.ready;
      document.body.dataset.dashboardState = 'ready';
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.getElementById('root')!, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-panel-state'] });
  void look();
  return () => observer.disconnect();
}
