import { guessZone } from "./dates";

const known: string[] = Intl.supportedValuesOf("timeZone");

/** Every time zone the browser knows, and its own. */
export const ZONES: readonly string[] = [...new Set([guessZone(), ...known])];
