import { Suspense, lazy, useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { areShortcutsOn } from './remembered';
import { onShortcutSheet } from './shortcut-sheet';

const ShortcutSheet = lazy(() => import('./ShortcutSheet'));

/** Inputs that `/` goes to carry this attribute. */
const SEARCH = '[data-search]';

export function Shortcuts() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [sheetOpen, setSheetOpen] = useState(false);

  useEffect(() => onShortcutSheet(() => setSheetOpen(true)), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPlainKey(event) || !areShortcutsOn() || document.querySelector('[role=dialog], [role=alertdialog]')) return;
      if (event.key === '/') goToSearch(() => void navigate('/', { state: { focusSearch: true } }));
      else if (event.key === 'n') void navigate('/monitors/new');
      else if (event.key === '?') setSheetOpen(true);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, pathname]);

  return (
    <Suspense>
      {sheetOpen && <ShortcutSheet onClose={() => setSheetOpen(false)} />}
    </Suspense>
  );
}

function goToSearch(elsewhere: () => void): void {
  const input = document.querySelector<HTMLInputElement>(SEARCH);
  if (!input) return elsewhere();
  input.focus();
  input.select();
}

function isPlainKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target as HTMLElement;
  return !target.isContentEditable && !/^(input|textarea|select)$/i.test(target.tagName);
}
