import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "@/design/button";
import { Ridges } from "@/design/hero";
import { Icon } from "@/design/icon";
import { Logo } from "@/design/logo";
import { Card, Column, Muted } from "@/design/parts";
import { welcomeQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import css from "./door.module.css";
import { LanguageSwitch } from "./language-switch";

/** What Tihi is, in one look. */
export function HomeScreen() {
  const t = useWords();
  const { data: welcome } = useQuery(welcomeQuery);
  return (
    <div>
      <div className={css.dawn}>
        <header className={css.bar}>
          <Logo />
          <LanguageSwitch />
        </header>
        <main id="main" tabIndex={-1} className={css.first}>
          <h1>{t("Learning is a climb.")}</h1>
          <p>{t("One question at a time. Every step counts, and you can always see why.")}</p>
          <div className={css.acts}>
            <ButtonLink look="hero" to="/join-class">
              {t("Join with a class code")}
            </ButtonLink>
            <ButtonLink look="ghost" to="/signin">
              {welcome?.demo ? t("Look around the demo") : t("Sign in")}
            </ButtonLink>
          </div>
        </main>
        <Ridges />
      </div>
      <section className={css.home} aria-label={t("What it is like")}>
        <ul className={css.points}>
          <li>
            <Card>
              <Column>
                <Icon name="sprout" size={32} />
                <h2>{t("Mistakes help you up")}</h2>
                <Muted>
                  {t("Each answer says what it shows. What you missed comes back later.")}
                </Muted>
              </Column>
            </Card>
          </li>
          <li>
            <Card>
              <Column>
                <Icon name="flame" size={32} />
                <h2>{t("A streak that is kind")}</h2>
                <Muted>{t("Rest days never break it, and you can pause it yourself.")}</Muted>
              </Column>
            </Card>
          </li>
          <li>
            <Card>
              <Column>
                <Icon name="lock" size={32} />
                <h2>{t("Yours, and here")}</h2>
                <Muted>
                  {t("It runs where your school or team runs it. Nobody sells what you do.")}
                </Muted>
              </Column>
            </Card>
          </li>
        </ul>
      </section>
    </div>
  );
}
