import { memo } from "react";

type Tag = "div" | "span" | "h1" | "p";

/** Show HTML that the server made safe; the only place where the app shows any. */
export const SafeHtml = memo(function SafeHtml({
  html,
  as: As = "div",
  className,
  id,
}: {
  html: string;
  as?: Tag;
  className?: string | undefined;
  id?: string;
}) {
  return (
    // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server
    <As id={id} className={className} dangerouslySetInnerHTML={{ __html: html }} />
  );
});

/** The plain text of such HTML, for labels. */
export function textOf(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent?.trim() ?? "";
}
