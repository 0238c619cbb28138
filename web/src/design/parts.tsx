import type { HTMLAttributes, ReactNode } from "react";
import { count } from "@/platform/words";
import css from "./parts.module.css";

type Tone = "gold" | "clay" | "pou" | "ok" | "bad" | "info";

const join = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(" ");

/** A sheet of paper; `topo` draws contour lines into it. */
export function Card({
  topo,
  className,
  ...rest
}: { topo?: boolean } & HTMLAttributes<HTMLElement>) {
  return <section className={join(css.card, topo && css.topo, className)} {...rest} />;
}

type BoxProps = { between?: boolean; wrap?: boolean } & HTMLAttributes<HTMLDivElement>;

/** Things side by side. */
export function Row({ between, wrap, className, ...rest }: BoxProps) {
  return (
    <div className={join(css.row, between && css.between, wrap && css.wrap, className)} {...rest} />
  );
}

/** Things below each other. */
export function Column({
  airy,
  className,
  ...rest
}: { airy?: boolean } & HTMLAttributes<HTMLDivElement>) {
  return <div className={join(airy ? css.col5 : css.col, className)} {...rest} />;
}

/** A small label: gold is earned, clay is streak, pou goes on. */
export function Pill({ tone, children }: { tone?: Tone; children: ReactNode }) {
  return <span className={join(css.pill, tone && css[tone])}>{children}</span>;
}

/** A figure in the display face. */
export function Num({ children }: { children: ReactNode }) {
  return <span className={css.num}>{children}</span>;
}

export function Muted({ children }: { children: ReactNode }) {
  return <p className={css.muted}>{children}</p>;
}

export function Hint({ children, id }: { children: ReactNode; id?: string }) {
  return (
    <p className={css.hint} id={id}>
      {children}
    </p>
  );
}

/** Said by screen readers only. */
export function Unseen({ children }: { children: ReactNode }) {
  return <span className={css.hidden}>{children}</span>;
}

/** Initials on a colour of their own. */
export function Initials({ text, hue, small }: { text: string; hue: number; small?: boolean }) {
  return (
    <span
      className={join(css.initials, small && css.initialsS)}
      style={{ background: `hsl(${hue} var(--initials-s) var(--initials-l))` }}
      aria-hidden="true"
    >
      {text}
    </span>
  );
}

/** A name that others chose: two lines of it at most; all of it is said, and shown under a pointer. */
export function Named({ name }: { name: string }) {
  return (
    <span className={css.named} title={name}>
      {name}
    </span>
  );
}

/** Make initials and a steady colour of a name. */
export function initialsOf(name: string): { text: string; hue: number } {
  const words = name.trim().split(/\s+/);
  const text = (words[0]?.[0] ?? "") + (words[1]?.[0] ?? words[0]?.[1] ?? "");
  let hue = 7;
  for (const letter of name) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return { text: text.toUpperCase(), hue };
}

type Share = { value: number; of: number; label: string };

const share = (value: number, of: number) => Math.max(0, Math.min(1, of > 0 ? value / of : 0));

/** A bar that fills. Gold when it is earned, green when it is a way to go. */
export function Meter({ value, of, label, tone = "gold" }: Share & { tone?: "gold" | "go" }) {
  return (
    <span
      className={css.meter}
      data-tone={tone}
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.min(value, of)}
      aria-valuemin={0}
      aria-valuemax={of}
    >
      <i style={{ transform: `scaleX(${share(value, of)})` }} />
    </span>
  );
}

const ROUND = 2 * Math.PI * 47;

/** The ring of the daily goal. */
export function Ring({ value, of, label, below }: Share & { below: string }) {
  return (
    <svg className={css.ring} viewBox="0 0 112 112" role="img" aria-label={label}>
      <circle cx="56" cy="56" r="47" />
      {value > 0 && (
        <circle
          cx="56"
          cy="56"
          r="47"
          transform="rotate(-90 56 56)"
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * (1 - share(value, of))}
        />
      )}
      <text x="56" y="58">
        {count(value)}
      </text>
      <text x="56" y="77">
        {below}
      </text>
    </svg>
  );
}

/**
 * A table that scrolls by itself on a narrow screen; with `cards` its rows become cards there, each
 * cell after what its `data-head` calls it.
 */
export function Table({
  label,
  cards,
  children,
}: {
  label: string;
  cards?: boolean;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the keyboard
    <section className={css.tableBox} tabIndex={0} aria-label={label}>
      <table className={join(css.table, cards && css.cards)}>{children}</table>
    </section>
  );
}

/** The class of a table's cell that holds a number. */
export const numberCell = css.n;

/** A thin line across the page that tells how the connection is. */
export function Strip({ tone, children }: { tone?: "ok"; children: ReactNode }) {
  return (
    <div className={css.strip} data-tone={tone} role="status">
      {children}
    </div>
  );
}
