// Motion by the platform's own animations: transform and opacity, once, and never when calm.

/** Whether nothing should move. */
export function calm(): boolean {
  return (
    document.documentElement.dataset.calm !== undefined ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}

/** Apply the theme and the calm switch of the profile, and remember them on this device. */
export function dress(theme: "system" | "light" | "dark", still: boolean): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (still) root.dataset.calm = "";
  else delete root.dataset.calm;
  localStorage.setItem("tihi.dress", JSON.stringify([theme, still]));
}

/** Apply what was remembered, before anything is drawn. */
export function dressAsBefore(): void {
  const kept = localStorage.getItem("tihi.dress");
  if (kept) dress(...(JSON.parse(kept) as Parameters<typeof dress>));
}

/** A duration of the tokens, in milliseconds. What packs the styles writes ".9s" for "900ms". */
function time(name: string): number {
  const said = getComputedStyle(document.documentElement).getPropertyValue(name);
  return (Number.parseFloat(said) || 0) * (said.endsWith("ms") ? 1 : 1000);
}

const SPRING = "cubic-bezier(.34, 1.56, .64, 1)";

/** Arrive with a small spring. */
export function springIn(element: Element | null, from = "scale(.7)"): void {
  if (!element || calm()) return;
  element.animate(
    { transform: [from, "none"], opacity: [0, 1] },
    { duration: time("--t-3"), easing: SPRING },
  );
}

/** One ring spreads and is gone. */
export function spread(element: Element | null): void {
  if (!element || calm()) return;
  element.animate(
    { transform: ["scale(.6)", "scale(2.1)"], opacity: [0.7, 0] },
    { duration: time("--t-celebrate"), easing: "ease-out", fill: "forwards" },
  );
}

const COLOURS = ["--gold", "--pounamu", "--clay", "--answer-b", "--gold-soft"];
const PIECES = 32;

/** Throw confetti in our colours out of an element; it never takes a press. */
export function confetti(box: HTMLElement | null): () => void {
  if (!box || calm()) return () => undefined;
  const pieces = Array.from({ length: PIECES }, (_piece, index) => {
    const piece = document.createElement("i");
    piece.style.background = `var(${COLOURS[index % COLOURS.length]})`;
    box.append(piece);
    const angle = (index / PIECES) * 2 * Math.PI;
    const reach = 8 + ((index * 7) % 12);
    const x = `${Math.cos(angle) * reach}rem`;
    const y = `${Math.sin(angle) * reach - 5}rem`;
    piece
      .animate(
        {
          transform: [
            "translate(0, 0) rotate(0) scale(.4)",
            `translate(${x}, ${y}) rotate(${index * 40}deg)`,
            `translate(${x}, calc(${y} + 9rem)) rotate(${index * 80}deg)`,
          ],
          opacity: [1, 1, 0],
        },
        { duration: time("--t-celebrate"), easing: "cubic-bezier(.2, .8, .2, 1)" },
      )
      .finished.then(
        () => piece.remove(),
        () => piece.remove(),
      );
    return piece;
  });
  return () => {
    for (const piece of pieces) piece.remove();
  };
}
