export function StepTitle({ title, text }: { title: string; text: string }) {
  return (
    <div className="mb-4">
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-1 text-muted">{text}</p>
    </div>
  );
}
