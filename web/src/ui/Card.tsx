import type { ReactNode } from 'react';

export function Card({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="card grid gap-4 p-4 sm:p-5">
      <div>
        <h2 className="text-lg font-semibold">{title}</h2>
        {text && <p className="text-muted">{text}</p>}
      </div>
      {children}
    </section>
  );
}
