import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { CheckResult } from '@/api/types';
import { CauseText } from '@/monitors/CauseText';
import { PHASES, PHASE_COLOUR, phaseDurations } from '@/monitors/phases';
import { useShownTheme } from '@/theme/theme';
import { formatMs, formatTime } from '@/time/format';
import { chartColumns, troubles } from './chart-data';
import { CHART_HEIGHT, chartOptions } from './chart-options';
import type { Shown } from './use-window';

export default function LatencyChart({ shown }: { shown: Shown }) {
  const { t, i18n } = useTranslation();
  const theme = useShownTheme();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(shown);
  const [pointed, setPointed] = useState<number | null>(null);
  const columns = useMemo(() => chartColumns(shown.checks), [shown.checks]);

  useEffect(() => {
    latest.current = shown;
  }, [shown]);

  // A new plot for a new theme or language, because its colours and texts are fixed at its birth.
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const options = chartOptions({
      width: element.clientWidth,
      language: i18n.language,
      window: () => latest.current,
      troubles: () => troubles(latest.current.checks),
      onPoint: setPointed,
    });
    const made = new uPlot(options, chartColumns(latest.current.checks), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: CHART_HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, i18n.language]);

  useEffect(() => {
    plot.current?.setData(columns);
  }, [columns, shown.from, shown.to]);

  return (
    <div>
      <div ref={host} role="img" aria-label={t('monitor.chartLabel')} className="latency-chart" />
      <Legend check={pointed === null ? undefined : shown.checks[pointed]} />
    </div>
  );
}

/** The names of the colours, with the figures of the check under the pointer. */
function Legend({ check }: { check: CheckResult | undefined }) {
  const { t, i18n } = useTranslation();
  const durations = check && phaseDurations(check.timings);
  return (
    <div className="mt-2 flex min-h-6 flex-wrap gap-x-4 gap-y-1 text-xs tabular-nums">
      {PHASES.map((phase) => (
        <span key={phase} className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-[3px]" style={{ background: `var(${PHASE_COLOUR[phase]})` }} />
          <span className="text-muted">{t(`phase.${phase}`)}</span>
          {check?.verdict === 'up' && durations?.[phase] != null && formatMs(durations[phase], i18n.language)}
        </span>
      ))}
      {check && (
        <span className="ml-auto">
          {formatTime(Date.parse(check.at), 'full', i18n.language)} ·{' '}
          {check.cause ? <CauseText report={check} /> : <strong>{formatMs(check.timings.totalMs, i18n.language)}</strong>}
        </span>
      )}
    </div>
  );
}
