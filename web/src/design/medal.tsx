import type { Schemas } from "@/platform/api";
import { Icon, type IconName, isIcon } from "./icon";
import css from "./medal.module.css";

const GOLD = 3;

const BY_DRIVE: Record<Schemas["Drive"], IconName> = {
  meaning: "compass",
  accomplishment: "summit",
  empowerment: "sprout",
  ownership: "flag",
  influence: "class",
  scarcity: "clock",
  unpredictability: "star",
  avoidance: "target",
};

/** The icon of a badge: its own, or that of what it appeals to. */
export function iconOf({ hidden, icon, drive }: Schemas["Badge"]): IconName {
  if (hidden) return "lock";
  return isIcon(icon) ? icon : BY_DRIVE[drive];
}

/** Which metal a tier is of: the last is gold, however many there are. */
export const metalOf = ({ tiers }: Schemas["Badge"], tier: number): number =>
  tier >= tiers.length ? GOLD : tier;

/** A medal: bronze, silver, gold by tier; without a tier it is still to be earned. */
export function Medal({
  icon,
  tier,
  size = "m",
}: {
  icon: IconName;
  tier?: number | undefined;
  size?: "s" | "m" | "l";
}) {
  return (
    <span className={css.medal} data-tier={tier && Math.min(GOLD, tier)} data-size={size}>
      <Icon name={icon} size={ICON[size]} />
    </span>
  );
}

const ICON = { s: 24, m: 40, l: 80 } as const;

/** How many tiers there are, and how many of them are earned. */
export function Pips({ earned, of }: { earned: number; of: number }) {
  if (of < 2) return null;
  return (
    <span className={css.pips} aria-hidden="true">
      {Array.from({ length: of }, (_pip, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pip is its place
        <i key={index} data-earned={index < earned || undefined} />
      ))}
    </span>
  );
}
