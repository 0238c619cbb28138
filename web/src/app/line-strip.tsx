import { useSyncExternalStore } from "react";
import { Strip } from "@/design/parts";
import { lineNow, onLine } from "@/platform/socket";
import { useWords } from "@/platform/words";

/** Tells when the connection is lost, and when it is back. */
export function LineStrip() {
  const t = useWords();
  const line = useSyncExternalStore(onLine, lineNow);
  if (line === "lost") return <Strip>{t("Reconnecting… your answers are safe.")}</Strip>;
  if (line === "back") return <Strip tone="ok">{t("Back. Nothing was lost.")}</Strip>;
  return null;
}
