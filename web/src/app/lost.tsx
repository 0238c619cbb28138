import { ButtonLink } from "@/design/button";
import { Empty } from "@/design/states";
import { useWords } from "@/platform/words";
import css from "./root.module.css";

/** No page at this address. */
export function Lost() {
  const t = useWords();
  return (
    <main className={css.alone} id="main">
      <Empty
        whole
        icon="compass"
        title={t("There is no track here")}
        act={<ButtonLink to="/today">{t("Back to today")}</ButtonLink>}
      >
        {t("The address may be mistyped, or the page has moved.")}
      </Empty>
    </main>
  );
}
