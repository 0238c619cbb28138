import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Toasts } from "@/design/toast";
import { useWords } from "@/platform/words";
import { Announcer } from "./announcer";
import { LineStrip } from "./line-strip";
import css from "./root.module.css";

/** What stands around every page. */
export function Root() {
  const t = useWords();
  useFocusOnNewPage();
  return (
    <>
      <a className={css.skip} href="#main">
        {t("Skip to the content")}
      </a>
      <LineStrip />
      <Outlet />
      <Announcer />
      <Toasts />
    </>
  );
}

/** After a change of page the keyboard and the screen reader start at its heading. */
function useFocusOnNewPage(): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && before.current !== path) {
      const heading = document.querySelector<HTMLElement>("h1");
      // A page that has put the focus where it belongs, as a question does, keeps it there.
      if (heading && !document.activeElement?.closest("#main")) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      }
    }
    before.current = path;
    const name = document.querySelector("h1")?.textContent;
    document.title = name ? `${name} · Tihi` : "Tihi";
  }, [path]);
}
