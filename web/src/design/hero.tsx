import type { ReactNode } from "react";
import css from "./hero.module.css";

/** Dawn over three ridges: the one thing to do next. */
export function Hero({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={css.hero} aria-label={label}>
      <Ridges />
      {children}
    </section>
  );
}

/** Three ridges, one behind the other, at the foot of whatever holds them. */
export function Ridges() {
  return (
    <svg className={css.ridge} viewBox="0 0 800 172" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 120 120 66l70 34 110-74 60 42 44-26 96 62 120-70 180 78v100H0z" />
      <path d="M0 150 90 108l90 30 130-66 120 66 90-36 130 50 150-48v108H0z" />
      <path d="M0 166 160 134l180 26 170-30 290 34v48H0z" />
    </svg>
  );
}
