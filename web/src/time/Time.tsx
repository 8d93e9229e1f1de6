import { useTranslation } from 'react-i18next';
import { type TimeStyle, formatRelative, formatTime, formatUtc } from './format';
import { useNow } from './ticker';

/** A moment in the reader's zone; hovering shows UTC. */
export function Time({ at, style = 'full' }: { at: string; style?: TimeStyle }) {
  const { i18n } = useTranslation();
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={formatUtc(moment)}>
      {formatTime(moment, style, i18n.language)}
    </time>
  );
}

/** "3 min. ago", kept up to date; hovering shows the moment in the reader's zone and in UTC. */
export function RelativeTime({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const now = useNow('slow');
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={`${formatTime(moment, 'full', i18n.language)}\n${formatUtc(moment)}`}>
      {formatRelative(Math.min(moment, now), now, i18n.language)}
    </time>
  );
}
