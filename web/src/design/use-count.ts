import { useEffect, useRef, useState } from "react";
import { calm } from "./motion";

const COUNT_MS = 420;

/** A number that counts up to where it is going; one that has just arrived is shown as it is. */
export function useCount(target: number | undefined): number {
  const [shown, setShown] = useState(target);
  const from = useRef(target);
  useEffect(() => {
    if (target === undefined) return;
    const start = from.current ?? target;
    from.current = target;
    if (start === target || calm()) {
      setShown(target);
      return;
    }
    const begun = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const done = Math.min(1, (now - begun) / COUNT_MS);
      setShown(Math.round(start + (target - start) * (1 - (1 - done) ** 3)));
      if (done < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return shown ?? target ?? 0;
}
