import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Toasts } from "@/design/toast";
import { useWords } from "@/platform/words";
import { Announcer } from "./announcer";
import { LineStrip } from "./line-strip";
import css from "./root.module.css";
import { useKeptFocus } from "./use-kept-focus";

/** What stands around every page. */
export function Root() {
  const t = useWords();
  useFocusOnNewPage();
  useKeptFocus();
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
    let due = before.current !== undefined && before.current !== path;
    before.current = path;
    function look(): void {
      const heading = document.querySelector<HTMLElement>("h1");
      const name = heading?.textContent;
      document.title = name ? `${name} · Tihi` : "Tihi";
      if (!heading || !due) return;
      // A page that has put the focus where it belongs, as a question does, keeps it there.
      if (document.activeElement?.closest("#main")) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    const settle = () => {
      due = false;
    };
    look();
    // The heading of a page that is still being loaded comes later, and the next question's too.
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    // Until the visitor does something, also when the page before is taken away only now.
    addEventListener("keydown", settle, true);
    addEventListener("pointerdown", settle, true);
    return () => {
      watch.disconnect();
      removeEventListener("keydown", settle, true);
      removeEventListener("pointerdown", settle, true);
    };
  }, [path]);
}
