import type { ButtonHTMLAttributes } from 'react';
import { Link, type LinkProps } from 'react-router';
import { classes } from './classes';
import { Icon, type IconName } from './Icon';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const SHARED =
  'inline-flex items-center justify-center gap-1.5 rounded-[7px] font-medium whitespace-nowrap select-none transition-colors min-h-9 px-3 text-base max-sm:min-h-11 disabled:opacity-60';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink enabled:hover:bg-accent-hover [a&]:hover:bg-accent-hover',
  plain: 'bg-surface text-ink border border-line-strong enabled:hover:bg-sunken [a&]:hover:bg-sunken',
  quiet: 'text-muted enabled:hover:bg-sunken enabled:hover:text-ink [a&]:hover:bg-sunken [a&]:hover:text-ink',
  danger: 'bg-surface text-down border border-down-mark enabled:hover:bg-down-soft',
};

export function buttonClasses(look: Look, className?: string): string {
  return classes(SHARED, LOOKS[look], className);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: IconName;
  /** Something was started with it and is not over: no second press, and a sign that it goes on. */
  busy?: boolean;
}

export function Button({ look = 'plain', icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={buttonClasses(look, className)}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button without text; `label` is its name and its hover text. */
export function IconButton({ label, icon, className, ...rest }: Omit<ButtonProps, 'children'> & { label: string; icon: IconName }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes(
        'inline-flex size-9 items-center justify-center rounded-[7px] text-muted hover:bg-sunken hover:text-ink max-sm:size-11',
        className,
      )}
    >
      <Icon name={icon} />
    </button>
  );
}

export function ButtonLink({ look = 'plain', icon, className, children, ...rest }: LinkProps & { look?: Look; icon?: IconName }) {
  return (
    <Link {...rest} className={buttonClasses(look, typeof className === 'string' ? className : undefined)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export function Spinner({ className = 'size-4' }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`${className} spin shrink-0`} aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <path d="M14 8a6 6 0 0 0-6-6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
