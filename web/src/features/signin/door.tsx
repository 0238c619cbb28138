import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Ridges } from "@/design/hero";
import { Logo } from "@/design/logo";
import { useWords } from "@/platform/words";
import css from "./door.module.css";
import { LanguageSwitch } from "./language-switch";

/** A page before the house: the mountain on one side, one thing to do on the other. */
export function Door({ children }: { children: ReactNode }) {
  const t = useWords();
  return (
    <div className={css.page}>
      <div className={css.view}>
        <header>
          <div className={css.bar}>
            <Link to="/" aria-label={t("Tihi, start page")}>
              <Logo />
            </Link>
            <LanguageSwitch />
          </div>
          <p className={css.motto}>{t("Learning is a climb.")}</p>
        </header>
        <Ridges />
      </div>
      <main id="main" tabIndex={-1} className={css.door}>
        {children}
      </main>
    </div>
  );
}
