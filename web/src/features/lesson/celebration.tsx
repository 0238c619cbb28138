import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/design/button";
import { Ridges } from "@/design/hero";
import { iconOf, Medal, metalOf } from "@/design/medal";
import { confetti, springIn } from "@/design/motion";
import { badgesQuery } from "@/platform/queries";
import { pick, useWords } from "@/platform/words";
import css from "./summary-card.module.css";
import type { Earned } from "./use-earned";

const ONCE = "tihi.celebrated";
const GOLD = 3;

/** The one full-screen moment of a session; any key goes on. */
export function Celebration({ earned }: { earned: Earned }) {
  const t = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const medal = useRef<HTMLDivElement>(null);
  const badge = earned.badges[0];
  const { data: badges } = useQuery(badgesQuery);
  const known = badges?.find((each) => each.achievement === badge?.achievement);
  const worthy = badge !== undefined || earned.level !== undefined;
  const [due] = useState(() => sessionStorage.getItem(ONCE) === null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!worthy || !due || over) return;
    sessionStorage.setItem(ONCE, "1");
    if (!dialog.current?.open) dialog.current?.showModal();
    springIn(medal.current);
    return confetti(medal.current);
  }, [worthy, due, over]);
  if (!worthy || !due || over) return null;
  const close = () => {
    dialog.current?.close();
    document.querySelector<HTMLElement>("#main h1")?.focus({ preventScroll: true });
    setOver(true);
  };
  return (
    <dialog
      ref={dialog}
      className={css.celebration}
      aria-labelledby="celebration"
      onClose={close}
      onKeyDown={(event) => {
        // The space bar would scroll what comes into view.
        event.preventDefault();
        close();
      }}
    >
      <Ridges />
      <div className={css.medal} ref={medal}>
        <Laurel />
        <Medal
          icon={known ? iconOf(known) : "summit"}
          tier={badge && known ? metalOf(known, badge.tier) : GOLD}
          size="l"
        />
      </div>
      <h2 id="celebration">
        {badge ? pick(badge.name) : t("Level {level}", { level: earned.level ?? 0 })}
      </h2>
      <p>
        {badge
          ? t("New badge · {tier}", { tier: pick(badge.tier_name) })
          : t("You climbed a level with what you learned.")}
      </p>
      <Button look="hero" onClick={close}>
        {t("Go on")}
      </Button>
    </dialog>
  );
}

/** The still form of the celebration. */
function Laurel() {
  return (
    <svg className={css.laurel} viewBox="0 0 200 200" aria-hidden="true">
      <path d="M100 190C40 180 12 130 22 66M100 190c60-10 88-60 78-124M22 66c-8-8-10-18-6-28 8 6 12 16 6 28zM24 104c-10-4-16-12-16-24 10 2 17 10 16 24zM36 138c-12-1-19-7-23-18 11-1 20 6 23 18zM178 66c8-8 10-18 6-28-8 6-12 16-6 28zM176 104c10-4 16-12 16-24-10 2-17 10-16 24zM164 138c12-1 19-7 23-18-11-1-20 6-23 18z" />
    </svg>
  );
}
