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
