import { Options, Switch } from "@/design/field";
import { Card } from "@/design/parts";
import { useTellFault } from "@/design/states";
import { type Me, useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { useChangeMe } from "./queries";

/** Language, light or dark, and how much moves. */
export function LooksCard() {
  const t = useWords();
  const me = useMe();
  const change = useChangeMe();
  const onError = useTellFault();
  return (
    <Card>
      <h2>{t("Language and looks")}</h2>
      <div className={css.form}>
        <Options<Me["locale"]>
          label={t("Language")}
          name="language"
          value={me.locale}
          options={[
            ["en", "English"],
            ["mi", "Te reo Māori"],
          ]}
          onChange={(locale) => change.mutate({ locale }, { onError })}
        />
        <Options<Me["theme"]>
          label={t("Light or dark")}
          name="theme"
          value={me.theme}
          options={[
            ["system", t("As the device")],
            ["light", t("Light")],
            ["dark", t("Dark")],
          ]}
          onChange={(theme) => change.mutate({ theme }, { onError })}
        />
        <Switch
          label={t("Calm motion")}
          hint={t("Nothing moves; you are told the same.")}
          checked={me.calm_motion}
          onChange={(calm_motion) => change.mutate({ calm_motion }, { onError })}
        />
      </div>
    </Card>
  );
}
