import { useEffect } from "react";

const TYPING = "input, textarea, select, [contenteditable]";

/** Call `press` for keys that are not meant for a field, a dialog or an open receipt. */
export function useKeys(press: (key: string, event: KeyboardEvent) => void): void {
  useEffect(() => {
    function hear(event: KeyboardEvent) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      if (document.querySelector("dialog[open], :popover-open")) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.matches(TYPING) && event.key !== "Escape") return;
      if (event.key === "Enter" && target?.closest("button, a, summary")) return;
      press(event.key, event);
    }
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  });
}

/** The place that a number key names, counted from 0. */
export function placeOf(key: string): number | undefined {
  return /^[1-9]$/.test(key) ? Number(key) - 1 : undefined;
}
