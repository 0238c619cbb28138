import css from "./ridge.module.css";

type Point = readonly [number, number];

const WIDE = 320;
const HIGH = 110;

/** A stream of numbers from 0 to 1 that is always the same for a name. */
function steady(name: string): () => number {
  let state = 2166136261;
  for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2246822519);
    state = Math.imul(state ^ (state >>> 13), 3266489917);
    state ^= state >>> 16;
    return (state >>> 0) / 4294967296;
  };
}

const line = (points: readonly Point[]) => points.map(([x, y]) => `${x} ${y}`).join("L");

/** The point that is `share` of the way along a line. */
function along(points: readonly Point[], share: number): Point {
  const parts = points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return { from, to, length: Math.hypot(to[0] - from[0], to[1] - from[1]) };
  });
  let left = share * parts.reduce((sum, part) => sum + part.length, 0);
  for (const { from, to, length } of parts) {
    if (left <= length) {
      const at = length > 0 ? left / length : 0;
      return [from[0] + (to[0] - from[0]) * at, from[1] + (to[1] - from[1]) * at];
    }
    left -= length;
  }
  return points.at(-1) ?? [0, 0];
}

/** A mountain of its own for a name, and a flag as high as somebody has climbed. */
export function Ridge({ name, share }: { name: string; share: number }) {
  const next = steady(name);
  const far = Array.from(
    { length: 9 },
    (_peak, index): Point => [(index * WIDE) / 8, (index % 2 ? 26 : 58) + next() * 26],
  );
  const peak: Point = [150 + next() * 70, 30 + next() * 8];
  const slope: Point[] = [
    [24 + next() * 20, HIGH - 6],
    [70 + next() * 16, 74 + next() * 8],
    [104 + next() * 12, 66 + next() * 8],
    peak,
  ];
  const down: Point[] = [
    [peak[0] + 34 + next() * 12, 64 + next() * 8],
    [peak[0] + 62 + next() * 12, 58 + next() * 8],
    [WIDE, 96],
  ];
  const [x, y] = along(slope, share);
  return (
    <svg
      className={css.ridge}
      viewBox={`0 0 ${WIDE} ${HIGH}`}
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      <path className={css.far} d={`M0 ${HIGH}L${line(far)}L${WIDE} ${HIGH}z`} />
      <path
        className={css.near}
        d={`M0 ${HIGH}L0 100L${line([...slope, ...down])}L${WIDE} ${HIGH}z`}
      />
      <path
        className={css.snow}
        data-top={share >= 1 || undefined}
        d={`M${peak[0]} ${peak[1]}l11 14-7-2-5 7-5-6-7 5z`}
      />
      <path className={css.trail} d={`M${line(slope)}`} />
      <g className={css.flag} transform={`translate(${x} ${y})`}>
        <path d="M0 1v-21" />
        <path d="M0-20 13-15.5 0-11z" />
        <circle r="3.5" />
      </g>
    </svg>
  );
}
