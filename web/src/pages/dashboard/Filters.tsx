import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import type { MonitorState } from '@/api/types';
import { StateShape } from '@/monitors/StateMark';
import { Icon } from '@/ui/Icon';
import { Segmented } from '@/ui/Segmented';
import { SORTS, STATES, type View } from './view';

interface FiltersProps {
  view: View;
  counts: Record<MonitorState, number>;
  total: number;
  onChange: (change: Partial<View>) => void;
}

export function Filters({ view, counts, total, onChange }: FiltersProps) {
  const { t } = useTranslation();
  // A state without monitors is not offered, unless it is the one that is chosen.
  const states = STATES.filter((state) => counts[state] > 0 || state === view.state);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <SearchInput value={view.search} onChange={(search) => onChange({ search })} />
      <div className="order-2 min-w-0 sm:order-1">
        <Segmented<MonitorState | 'all'>
        legend={t('dashboard.filter')}
        value={view.state ?? 'all'}
        onChange={(state) => onChange({ state: state === 'all' ? null : state })}
        choices={[
          { value: 'all', label: <Counted text={t('dashboard.all')} count={total} /> },
          ...states.map((state) => ({
            value: state,
            label: (
              <>
                <StateShape state={state} className="size-3.5" />
                <Counted text={t(`state.${state}`)} count={counts[state]} />
              </>
            ),
          })),
        ]}
        />
      </div>
      <select
        aria-label={t('dashboard.sort')}
        value={view.sort}
        onChange={(event) => onChange({ sort: event.target.value as View['sort'] })}
        className="control order-1 w-auto sm:order-2 sm:ml-auto"
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {t(`dashboard.sortBy.${sort}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Counted({ text, count }: { text: string; count: number }) {
  return (
    <span>
      {text} <span className="text-muted tabular-nums">{count}</span>
    </span>
  );
}

function SearchInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const wanted = (useLocation().state as { focusSearch?: boolean } | null)?.focusSearch === true;
  useEffect(() => {
    if (wanted) input.current?.focus();
  }, [wanted]);
  return (
    <div className="relative min-w-40 flex-1 sm:max-w-72">
      <Icon name="search" className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted" />
      <input
        ref={input}
        data-search
        type="search"
        aria-label={t('dashboard.search')}
        aria-keyshortcuts="/"
        placeholder={t('dashboard.searchHint')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value === '') event.currentTarget.blur();
          else onChange('');
        }}
        className="control peer pl-8"
      />
      <kbd
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-2 my-auto h-5 rounded border border-line px-1.5 font-mono text-xs leading-[18px] text-muted peer-focus:hidden peer-[:not(:placeholder-shown)]:hidden max-sm:hidden"
      >
        /
      </kbd>
    </div>
  );
}
