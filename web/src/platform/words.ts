import { setupI18n } from "@lingui/core";
import { useSyncExternalStore } from "react";

export type Language = "en" | "mi";
type Values = Record<string, string | number>;

const LOCALES = { en: "en-NZ", mi: "mi-NZ" } as const;
const LEARNER = {
  en: () => import("./words/en-NZ.po"),
  mi: () => import("./words/mi-NZ.po"),
};
const STAFF = {
  en: () => import("./words/staff/en-NZ.po"),
  mi: () => import("./words/staff/mi-NZ.po"),
};
const loaders = new Set([LEARNER]);

const i18n = setupI18n({ missing: (_locale, id) => id });
let language: Language = "en";

/** Say a text of the catalogue in the language in use. */
export function say(text: string, values?: Values): string {
  return i18n._(text, values);
}

export const languageNow = (): Language => language;

/** Load a language and use it everywhere. */
export async function speak(next: Language): Promise<void> {
  const parts = await Promise.all([...loaders].map((load) => load[next]()));
  language = next;
  for (const { messages } of parts) i18n.load(LOCALES[next], messages);
  i18n.activate(LOCALES[next], [LOCALES[next], "en-NZ"]);
  document.documentElement.lang = LOCALES[next];
  localStorage.setItem("tihi.language", next);
}

/** Load what only the console says too, and with every language from here on. */
export async function speakToStaff(): Promise<void> {
  loaders.add(STAFF);
  const { messages } = await STAFF[language]();
  i18n.load(LOCALES[language], messages);
}

/** The language chosen on this device before, or the browser's. */
export function guessLanguage(): Language {
  const kept = localStorage.getItem("tihi.language");
  if (kept === "en" || kept === "mi") return kept;
  return navigator.language.startsWith("mi") ? "mi" : "en";
}

const subscribe = (changed: () => void) => i18n.on("change", changed);

/** Return `say`, and draw again when the language changes. */
export function useWords(): typeof say {
  useSyncExternalStore(subscribe, languageNow);
  return say;
}

/** Choose from a text that comes in both languages. */
export function pick(text: { en: string; mi: string }): string {
  return (language === "mi" ? text.mi : text.en) || text.en;
}

/** A skill, whose name is a slug, as words: "Fraction add", "NZ landforms". */
export function skillName(slug: string): string {
  const words = slug.replaceAll("-", " ").replace(/^nz\b/, "NZ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** A number as this language writes it, with a true minus. */
export function count(value: number): string {
  const shown = new Intl.NumberFormat("en-NZ", { maximumFractionDigits: 1 }).format(value);
  return shown.replace("-", "−");
}
