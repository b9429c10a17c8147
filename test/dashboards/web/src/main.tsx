// The page: Grafana's theme around the dashboard that the address names, or around their list.
import { createRoot } from 'react-dom/client';
import { getThemeById, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles } from '@grafana/ui';
import { DashboardPage } from './dashboard/DashboardPage';
import { ListPage } from './dashboard/ListPage';

await initPluginTranslations('podscore');

// ?theme=light holds for the pages that one goes on to, too.
const wanted = new URLSearchParams(location.search).get('theme') ?? sessionStorage.getItem('theme');
const theme = getThemeById(wanted === 'light' ? 'light' : 'dark');
sessionStorage.setItem('theme', theme.isDark ? 'dark' : 'light');
document.body.classList.add(theme.isDark ? 'theme-dark' : 'theme-light');
const uid = location.pathname.match(/^\/d\/([^/]+)/)?.[1];

createRoot(document.getElementById('root')!).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    {uid ? <DashboardPage uid={decodeURIComponent(uid)} /> : <ListPage />}
  </ThemeContext.Provider>
);
