import { Button } from "@/design/button";
import { copy } from "@/design/copy";
import { Icon } from "@/design/icon";
import { Hint } from "@/design/parts";
import { say, useWords } from "@/platform/words";
import css from "./members.module.css";

/** A link to hand over. */
export function LinkOut({ url, name }: { url: string; name: string }) {
  const t = useWords();
  return (
    <div className={css.link} role="status">
      <Hint>
        {t("Hand this to {name}. It works once, within the hour, and is not shown again.", {
          name,
        })}
      </Hint>
      <code>{url}</code>
      <Button look="ghost" small onClick={() => void copy(url, say("The link is copied."))}>
        <Icon name="copy" size={18} />
        {t("Copy the link")}
      </Button>
    </div>
  );
}
