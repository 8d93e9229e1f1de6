const HEIGHTS = [10, 16, 12, 18, 14, 18, 16, 20, 18, 22, 20, 24];

/** A heartbeat that is about to begin. */
export function EmptyPicture() {
  return (
    <svg viewBox="0 0 118 28" className="h-8 w-32" aria-hidden="true">
      {HEIGHTS.map((height, index) => (
        <rect
          key={index}
          x={index * 10}
          y={14 - height / 2}
          width="7"
          height={height}
          rx="2"
          className={index < 9 ? 'fill-track' : 'fill-up-mark'}
        />
      ))}
    </svg>
  );
}
