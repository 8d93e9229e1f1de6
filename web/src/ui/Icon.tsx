const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  plus: 'M8 3v10M3 8h10',
  play: 'M5 3.2v9.6l7.5-4.8L5 3.2Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  edit: 'm3 13 .6-2.8 7.2-7.2a1.5 1.5 0 0 1 2.2 2.2L5.8 12.4 3 13Zm6.8-9 2.2 2.2',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5 5 13h6l.5-8.5M6.7 7v3.5M9.3 7v3.5',
  bolt: 'M9 1.8 3.5 9H8l-1 5.2L12.5 7H8l1-5.2Z',
  chevronDown: 'm4 6 4 4 4-4',
  chevronRight: 'm6 4 4 4-4 4',
  arrowLeft: 'M13 8H3m4-4L3 8l4 4',
  close: 'm4 4 8 8m0-8-8 8',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  external: 'M9 3h4v4m0-4L7.5 8.5M6.5 4H3.5v8.5H12V9.5',
  user: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8Zm-5 5.5c.6-2.5 2.5-3.7 5-3.7s4.4 1.2 5 3.7',
  users: 'M6 7.5a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM1.8 13c.4-2.4 2-3.6 4.2-3.6s3.8 1.2 4.2 3.6M10.5 3a2.3 2.3 0 0 1 0 4.4m1.3 2.4c1.4.5 2.2 1.6 2.4 3.2',
  pulse: 'M1.5 8.5h3l2-5.5 3 10 2-4.5h3',
  history: 'M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2.5v2.7h2.7M8 5v3.2l2.2 1.3',
  settings: 'M2 4.5h5.5m3 0H14M2 11.5h3m3 0h6M9 3v3M6.5 10v3',
  keyboard: 'M2 4.5h12v7H2v-7Zm2.5 2.3h.01M7 6.8h.01M9.5 6.8h.01M11.7 6.8h.01M5 9.3h6',
  signOut: 'M6.5 3H3v10h3.5M10 5l3 3-3 3m3-3H6.5',
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8Zm6.2 1.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z',
  copy: 'M5.5 5.5h7.5V13H5.5V5.5ZM3 10.5V3h7.5',
  warning: 'M8 2.5 1.8 13h12.4L8 2.5Zm0 4v3m0 1.8h.01',
  layers: 'M8 2 1.8 5.2 8 8.4l6.2-3.2L8 2ZM2 8.2l6 3.1 6-3.1M2 11l6 3 6-3',
  retry: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 2.5v2.7h-2.7',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.5V11M8 5.2h.01',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: what it means is said in text beside it, or by the label of its button. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`${className} shrink-0`} aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === 'dots' ? 2.5 : 1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function Logo({ className = 'size-6' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`${className} shrink-0`} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M7 9v9M12.5 13v10M18 9v14M23.5 7v11"
        className="stroke-accent-ink"
        strokeWidth="3.2"
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  );
}
