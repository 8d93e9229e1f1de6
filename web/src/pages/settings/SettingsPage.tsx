import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, useParams } from 'react-router';
import { classes } from '@/ui/classes';
import { Page } from '@/ui/Page';
import { PasswordSection } from './PasswordSection';
import { PersonalSection } from './PersonalSection';
import { ScheduleSection } from './ScheduleSection';
import { TokensSection } from './TokensSection';

const SECTIONS = [
  { id: 'schedule', to: '/settings', label: 'settings.sections.schedule', Content: ScheduleSection },
  { id: 'personal', to: '/settings/personal', label: 'settings.sections.personal', Content: PersonalSection },
  { id: 'password', to: '/settings/password', label: 'settings.sections.password', Content: PasswordSection },
  { id: 'tokens', to: '/settings/tokens', label: 'settings.sections.tokens', Content: TokensSection },
] as const;

export default function SettingsPage() {
  const { t } = useTranslation();
  const { section: id = 'schedule' } = useParams();
  const section = SECTIONS.find((known) => known.id === id);
  if (!section) return <Navigate to="/settings" replace />;
  return (
    <Page title={t('settings.title')}>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 md:grid-cols-[180px_minmax(0,1fr)] md:gap-8">
        <nav aria-label={t('settings.title')} className="flex gap-0.5 overflow-x-auto md:grid">
          {SECTIONS.map(({ id: sectionId, to, label }) => (
            <NavLink
              key={sectionId}
              to={to}
              end
              className={({ isActive }) =>
                classes(
                  'flex min-h-9 items-center rounded-[7px] px-2.5 whitespace-nowrap max-sm:min-h-11',
                  isActive ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:bg-sunken hover:text-ink',
                )
              }
            >
              {t(label)}
            </NavLink>
          ))}
        </nav>
        <div className="grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-4">
          <section.Content />
        </div>
      </div>
    </Page>
  );
}
