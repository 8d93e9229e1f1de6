import { Component, type ReactNode } from 'react';
import { Translation } from 'react-i18next';
import { Button } from '@/ui/Button';

/** The last resort: a mistake in the page itself must not leave an empty window. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Translation>
        {(t) => (
          <main role="alert" className="grid justify-items-center gap-3 px-4 py-24 text-center">
            <h1 className="text-lg font-semibold">{t('app.somethingBroke')}</h1>
            <Button look="primary" onClick={() => window.location.reload()}>
              {t('app.reload')}
            </Button>
          </main>
        )}
      </Translation>
    );
  }
}
