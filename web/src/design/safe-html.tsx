import { memo } from "react";
import { Unseen } from "./parts";

type Tag = "div" | "span" | "strong" | "h1" | "p";

/** Show HTML that the server made safe; the only place where the app shows any. */
export const SafeHtml = memo(function SafeHtml({
  html,
  as: As = "div",
  className,
  id,
  hidden,
}: {
  html: string;
  as?: Tag;
  className?: string | undefined;
  id?: string;
  /** From screen readers, which hear it in other words. */
  hidden?: boolean;
}) {
  return (
    <As
      id={id}
      className={className}
      aria-hidden={hidden}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
});

/** Such HTML as the face of a button, whose name a formula or a picture alone would not be. */
export function FaceHtml({ html }: { html: string }) {
  if (!/<(math|img)/.test(html)) return <SafeHtml as="span" html={html} />;
  return (
    <>
      <SafeHtml as="span" html={html} hidden />
      <Unseen>{textOf(html)}</Unseen>
    </>
  );
}

const SIGNS: Readonly<Record<string, string>> = { mfrac: "/", msup: "^", msub: "_" };

/** The plain text of such HTML, for labels: three quarters is 3/4 and not 34. */
export function textOf(html: string): string {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const image of body.querySelectorAll("img")) image.replaceWith(image.alt);
  // The inner ones first.
  for (const each of [...body.querySelectorAll("mfrac, msup, msub, msqrt")].reverse()) {
    const parts = [...each.children].map((part) => part.textContent?.trim() ?? "");
    const sign = SIGNS[each.localName];
    each.textContent = sign ? parts.join(sign) : `√${parts.join("")}`;
  }
  return body.textContent?.trim() ?? "";
}
