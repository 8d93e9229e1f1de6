import { type ReactNode, useId } from 'react';
import { classes } from './classes';

export interface Choice<T extends string> {
  value: T;
  label: ReactNode;
}

/** One of a few, all in sight: native radio buttons, so that arrow keys and names come by themselves. */
export function Segmented<T extends string>({ legend, choices, value, onChange, showLegend = false }: {
  legend: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
  showLegend?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={showLegend ? 'mb-1 text-sm font-medium' : 'sr-only'}>{legend}</legend>
      <div className="inline-flex max-w-full flex-wrap gap-0.5 rounded-[8px] border border-line bg-sunken p-0.5">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={classes(
              'relative flex min-h-8 cursor-pointer items-center gap-1.5 rounded-[6px] px-2.5 text-sm whitespace-nowrap max-sm:min-h-10',
              'has-focus-visible:outline-2 has-focus-visible:outline-accent',
              value === choice.value ? 'bg-surface font-medium text-ink shadow-card ring-1 ring-line-strong' : 'text-muted hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              className="absolute inset-0 cursor-pointer appearance-none outline-none"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
