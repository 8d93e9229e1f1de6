import { useTranslation } from 'react-i18next';
import { countdownTo } from '@/time/countdown';
import { formatTime, formatUtc } from '@/time/format';
import { useNow } from '@/time/ticker';

/** "in 04:12", by the server's clock. A timer is not read out by itself, only when one goes to it. */
export function Countdown({ to }: { to: string }) {
  const { t, i18n } = useTranslation();
  const now = useNow('second');
  const target = Date.parse(to);
  const countdown = countdownTo(target, now);
  return (
    <time
      role="timer"
      dateTime={to}
      title={`${formatTime(target, 'full', i18n.language)}\n${formatUtc(target)}`}
      className="font-medium text-ink tabular-nums"
    >
      {countdown.isDue ? t('round.due') : t('round.inTime', { time: countdown.text })}
    </time>
  );
}
