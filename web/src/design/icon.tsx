import type { ReactNode } from "react";

const PATHS = {
  today: <path d="M3 20 10 6l4 7 2-3 5 10z" />,
  courses: (
    <path d="M12 7v13M3 5h6a3 3 0 0 1 3 3 3 3 0 0 1 3-3h6v12h-6a3 3 0 0 0-3 3 3 3 0 0 0-3-3H3z" />
  ),
  boards: <path d="M4 21V11h5v10M9 21V5h6v16M15 21v-7h5v7M2 21h20" />,
  badges: (
    <>
      <circle cx="12" cy="9" r="6" />
      <path d="m9 14-2 7 5-3 5 3-2-7" />
    </>
  ),
  me: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4 21a8 8 0 0 1 16 0" />
    </>
  ),
  class: (
    <>
      <circle cx="8" cy="9" r="3" />
      <circle cx="16" cy="9" r="3" />
      <path d="M3 20a5 5 0 0 1 10 0M11 20a5 5 0 0 1 10 0" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="4" />
      <path d="M2 21a7 7 0 0 1 14 0M19 8v6M16 11h6" />
    </>
  ),
  record: <path d="M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5" />,
  items: <path d="M5 4h14v16H5zM9 9h6M9 13h6M9 17h3" />,
  upload: <path d="M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4" />,
  health: <path d="M3 12h4l3-7 4 14 3-7h4" />,
  tick: <path d="m5 12 5 5L19 7" />,
  cross: <path d="M6 6l12 12M18 6 6 18" />,
  play: <path d="M8 5v14l11-7z" fill="currentColor" />,
  flag: <path d="M6 21V4l12 4-12 5" />,
  lock: <path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3" />,
  next: <path d="m9 5 7 7-7 7" />,
  down: <path d="m5 9 7 7 7-7" />,
  back: <path d="m15 5-7 7 7 7" />,
  again: <path d="M4 12a8 8 0 1 1 3 6.2M4 12V6m0 6h6" />,
  flame: (
    <path
      d="M12 2c1 4 6 6 6 12a6 6 0 0 1-12 0c0-2 1-4 2-5 0 2 1 3 2 3 1-3-1-6 2-10z"
      fill="currentColor"
      stroke="none"
    />
  ),
  moon: <path d="M19 14a8 8 0 1 1-8-10 6 6 0 0 0 8 10z" />,
  snow: <path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9" />,
  pause: <path d="M9 6v12M15 6v12" />,
  star: <path d="m12 3 2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 16.9 6.6 19.8l1.1-6.1L3.2 9.4l6.1-.8z" />,
  half: <path d="M5 12h14" />,
  warn: <path d="M12 4 2 20h20zM12 10v4M12 17v.5" />,
  info: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v5M12 8v.5" />
    </>
  ),
  copy: <path d="M9 9h11v11H9zM5 15H4V4h11v1" />,
  out: <path d="M14 4h6v16h-6M4 12h11m0 0-4-4m4 4-4 4" />,
  key: (
    <>
      <circle cx="8" cy="12" r="4" />
      <path d="M12 12h9v4M17 12v3" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5l3 3" />
    </>
  ),
  summit: <path d="M2 20 9 7l4 6 2-3 7 10zM9 7V2l4 1.5L9 5" />,
  sprout: <path d="M12 21v-9M12 12C12 8 9 6 4 6c0 4 3 6 8 6zM12 14c0-4 3-6 8-6 0 4-3 6-8 6z" />,
  bolt: <path d="M13 2 4 14h7l-1 8 9-12h-7z" />,
  target: (
    <>
      <circle cx="12" cy="12" r="9" />
      <circle cx="12" cy="12" r="4" />
    </>
  ),
  // The pictures of the starter pack's badges.
  boots: <path d="M7 3h6v9l6 3a3 3 0 0 1 2 3v2H7zM7 8h3M7 12h3M7 17h14" />,
  rope: (
    <path d="M12 9a4 4 0 1 0-4-4c0 6 8 6 8 12a4 4 0 1 1-8 0c0-3 2-4 4-5.5M16 5c0 2-1 3.5-2.5 4.8" />
  ),
  carabiner: (
    <path d="M8 4h7a5 5 0 0 1 4.5 7l-3 7A4 4 0 0 1 13 20H9a5 5 0 0 1-5-5V8a4 4 0 0 1 4-4zM19 12l-4-2" />
  ),
  sun: (
    <>
      <circle cx="12" cy="13" r="4.5" />
      <path d="M12 3v2M4.2 6.2l1.5 1.5M19.8 6.2l-1.5 1.5M2 14h2M20 14h2M3 21h18" />
    </>
  ),
  peak: <path d="M2 20 10 5l4 7 2-3 6 11zM7.5 10l2.5 2 2-2" />,
  calendar: <path d="M4 6h16v15H4zM4 10.5h16M8 3v4M16 3v4M8 14h3v3H8z" />,
  wind: <path d="M3 9h10a3 3 0 1 0-3-3M3 13h15a3 3 0 1 1-3 3M3 17h7a2 2 0 1 1-2 2" />,
  pen: <path d="m4 20 1-5L16 4l4 4L9 19zM13.5 6.5l4 4" />,
  pick: <path d="M4 9c5-5 11-5 16 0M12 6v3M12 9 6 21M12 9l1.5 1" />,
  map: <path d="M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20zM9 4v13.5M15 6.5V20" />,
  pack: <path d="M6 10a6 6 0 0 1 12 0v11H6zM9 5V3h6v2M9 14h6v4H9zM6 12H4v7h2M18 12h2v7h-2" />,
  fern: (
    <path d="M7 21c0-9 3-15 11-17M8 15c3 1 6 0 8-3M9.5 11.5c3 1 5 0 7-2.5M12 8c2 .5 4 0 5.5-2M7.5 14.5C5 14 4 12 3.5 9.5M9 10.5C7 9.5 6.5 8 6.5 6M11.5 7.5C10.5 6.5 10.5 5 11 3.5" />
  ),
  voice: <path d="M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12.5h5" />,
  tents: <path d="M2 20 9 7l7 13zM9 20v-5M13 10l2-3 7 13h-6" />,
  bird: (
    <path d="M3 16c4 0 6-2 7-5a4.5 4.5 0 0 1 8.5-1L21 11l-2.5 1c0 5-3 8-7.5 8-3 0-6-1-8-4zM11 20v2M15 9v.01" />
  ),
  basket: <path d="M4 10h16l-2 10H6zM8 10a4 4 0 0 1 8 0M9 14v3M12 14v3M15 14v3" />,
  cup: (
    <path d="M4 9h13v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5zM17 10h2a2.5 2.5 0 0 1 0 5h-2M8 3v2.5M12.5 3v2.5" />
  ),
  knot: <path d="M3 8h6c5 0 5 8 0 8s-5-8 0-8M21 16h-6c-5 0-5-8 0-8s5 8 0 8" />,
  stars: (
    <path d="m9 4 1.8 4L15 9.5l-4.2 1.6L9 15l-1.8-3.9L3 9.5 7.2 8zM17.5 14l1 2.2 2.5.8-2.5.9-1 2.1-1-2.1-2.5-.9 2.5-.8z" />
  ),
  compass: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="m15.5 8.5-2 5-5 2 2-5z" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** One of our own line icons; decorative, the words stand beside it. */
export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {PATHS[name]}
    </svg>
  );
}

/** Whether there is an icon of this name. */
export const isIcon = (name: string): name is IconName => name in PATHS;
