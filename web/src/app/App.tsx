import { Suspense, lazy } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { DashboardPage } from '@/pages/dashboard/DashboardPage';
import { Loading } from '@/ui/Page';
import { AdminOnly, SignedInOnly } from './guards';
import { NotFoundPage } from './NotFoundPage';

// The dashboard is what nearly every visit begins with; all else comes when it is needed.
const SignInPage = lazy(() => import('@/pages/sign-in/SignInPage'));
const SetUpPage = lazy(() => import('@/pages/set-up/SetUpPage'));
const MonitorPage = lazy(() => import('@/pages/monitor/MonitorPage'));
const CreateMonitorPage = lazy(() => import('@/pages/editor/CreateMonitorPage'));
const EditMonitorPage = lazy(() => import('@/pages/editor/EditMonitorPage'));
const RoundsPage = lazy(() => import('@/pages/rounds/RoundsPage'));
const SettingsPage = lazy(() => import('@/pages/settings/SettingsPage'));
const UsersPage = lazy(() => import('@/pages/users/UsersPage'));
const OperationsPage = lazy(() => import('@/pages/operations/OperationsPage'));

export function App() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="setup" element={<SetUpPage />} />
        <Route element={<SignedInOnly />}>
          <Route index element={<DashboardPage />} />
          <Route path="monitors" element={<Navigate to="/" replace />} />
          <Route path="monitors/new" element={<CreateMonitorPage />} />
          <Route path="monitors/:monitorId" element={<MonitorPage />} />
          <Route path="monitors/:monitorId/edit" element={<EditMonitorPage />} />
          <Route path="rounds" element={<RoundsPage />} />
          <Route path="settings/:section?" element={<SettingsPage />} />
          <Route element={<AdminOnly />}>
            <Route path="users" element={<UsersPage />} />
            <Route path="operations" element={<OperationsPage />} />
          </Route>
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Routes>
    </Suspense>
  );
}
