import { Link, Outlet } from "@tanstack/react-router";
import { Icon, type IconName } from "@/design/icon";
import { Logo } from "@/design/logo";
import { homeOf, useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./learner-shell.module.css";
import { UnsentSender } from "./unsent-sender";

type Place = {
  to: "/today" | "/courses" | "/boards" | "/badges" | "/me";
  icon: IconName;
  name: string;
};

/** Staff look at courses and boards; days and badges are only a learner's. */
function usePlaces(learner: boolean): Place[] {
  const t = useWords();
  const places: (Place & { own?: true })[] = [
    { to: "/today", icon: "today", name: t("Today"), own: true },
    { to: "/courses", icon: "courses", name: t("Courses") },
    { to: "/boards", icon: "boards", name: t("Boards") },
    { to: "/badges", icon: "badges", name: t("Badges"), own: true },
    { to: "/me", icon: "me", name: t("Me") },
  ];
  return places.filter(({ own }) => learner || !own);
}

/** The learner's world: a side bar on the desk, five tabs on the phone. */
export function LearnerShell() {
  const t = useWords();
  const { role } = useMe();
  const learner = role === "learner";
  const places = usePlaces(learner);
  const links = places.map(({ to, icon, name }) => (
    <Link key={to} to={to}>
      <Icon name={icon} />
      {name}
    </Link>
  ));
  const teach = !learner && (
    <Link to="/teach">
      <Icon name="class" />
      {t("Teach")}
    </Link>
  );
  return (
    <div className={css.shell}>
      <aside className={css.side}>
        <Link to={homeOf(role)} aria-label={learner ? t("Tihi, today") : "Tihi"}>
          <Logo />
        </Link>
        <nav className={css.nav} aria-label={t("Main")}>
          {links}
          {teach}
        </nav>
      </aside>
      <main id="main" tabIndex={-1}>
        <Outlet />
        <UnsentSender />
      </main>
      <nav className={css.tabs} aria-label={t("Main, below")}>
        {links}
        {teach}
      </nav>
    </div>
  );
}
