import { useEffect } from "react";

/** A toast with a way back, and a heading or a field that comes instead, take the focus first. */
const LATER_MS = 400;

/**
 * When what had the focus is taken away, the keyboard and the screen reader go on around its place.
 *
 * A button may go with the act that it did, such as a request that is settled. Browsers then drop
 * the focus to the page as a whole, and a screen reader starts again at the top.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let path: EventTarget[] = [];
    let timer = 0;
    const remember = (event: FocusEvent) => {
      path = event.composedPath();
    };
    const look = () => {
      const [last, ...around] = path;
      if (!(last instanceof Node) || last.isConnected) return;
      path = [];
      clearTimeout(timer);
      timer = window.setTimeout(() => goOn(around), LATER_MS);
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    return () => {
      watch.disconnect();
      clearTimeout(timer);
      document.removeEventListener("focusin", remember);
    };
  }, []);
}

/** Focus the nearest of what stood around, if it is still there and nothing else has the focus. */
function goOn(around: EventTarget[]): void {
  if (document.activeElement !== document.body) return;
  const near = around.find(
    (each): each is HTMLElement => each instanceof HTMLElement && each.isConnected,
  );
  // Outside of the page's own part is no place to go on from.
  if (!near?.closest("#main")) return;
  near.tabIndex = -1;
  near.dataset.near = "";
  near.focus({ preventScroll: true });
}
