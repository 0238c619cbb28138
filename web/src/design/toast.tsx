import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import css from "./toast.module.css";

type Toast = { id: number; text: string; act?: { text: string; run: () => void } };

const STAY_MS = 10_000;
const SOON_MS = 50;

let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of watchers) tell();
}

const drop = (id: number) => set(toasts.filter((toast) => toast.id !== id));

/** Tell something for ten seconds, with one act such as undo. */
export function tell(text: string, act?: Toast["act"]): void {
  last += 1;
  const id = last;
  set([...toasts, { id, text, ...(act && { act }) }]);
  setTimeout(() => drop(id), STAY_MS);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

/**
 * Do something that can be undone: it waits as long as the toast stays, or until the page goes.
 * `run` must be able to finish while the page is closed (`keepalive`).
 */
export function tellUndoable(
  text: string,
  undo: { text: string; run: () => void },
  run: () => void,
) {
  const act = () => {
    stop();
    run();
  };
  const timer = setTimeout(act, STAY_MS);
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", act);
  };
  addEventListener("pagehide", act);
  tell(text, {
    text: undo.text,
    run: () => {
      stop();
      undo.run();
    },
  });
}

/** Where toasts stand. */
export function Toasts() {
  const shown = useSyncExternalStore(watch, () => toasts);
  return (
    <div className={css.toasts} role="status">
      {shown.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Line({ toast: { id, text, act } }: { toast: Toast }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const here = button.current;
    // What was pressed may be gone with what it removed: the keyboard goes on at the way back.
    const soon = setTimeout(
      () => document.activeElement === document.body && here?.focus(),
      SOON_MS,
    );
    return () => {
      clearTimeout(soon);
      if (here && document.activeElement === here)
        document.getElementById("main")?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div className={css.toast}>
      <span>{text}</span>
      {act && (
        <button
          ref={button}
          type="button"
          onClick={() => {
            drop(id);
            act.run();
          }}
        >
          {act.text}
        </button>
      )}
    </div>
  );
}
