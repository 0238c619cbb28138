import { Link, Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Icon } from "@/design/icon";
import { Logo } from "@/design/logo";
import { Fault } from "@/design/states";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./desk-shell.module.css";

/** The world of teaching and looking after: dense but airy. */
export function DeskShell() {
  const t = useWords();
  const { role, org } = useMe();
  const learner = role === "learner";
  const path = useRouterState({ select: (state) => state.location.pathname });
  const nav = useCurrentInView();
  return (
    <div className={css.shell}>
      <aside className={css.side}>
        <div>
          <Link to="/teach" className={css.home} aria-label={t("Tihi, {org}", { org: org.name })}>
            <Logo />
          </Link>
          <nav ref={nav} className={css.nav} aria-label={t("Main")}>
            {!learner && (
              <>
                <Link
                  to="/teach"
                  activeOptions={{ exact: true }}
                  {...(path.startsWith("/teach/classes/") && { "aria-current": "true" })}
                >
                  <Icon name="class" />
                  {t("Classes")}
                </Link>
                <Link to="/teach/items">
                  <Icon name="items" />
                  {t("Items")}
                </Link>
                <Link to="/teach/import">
                  <Icon name="upload" />
                  {t("Import")}
                </Link>
              </>
            )}
            {role === "admin" && (
              <>
                <Link to="/admin/people">
                  <Icon name="people" />
                  {t("People")}
                </Link>
                <Link to="/admin/calendar">
                  <Icon name="calendar" />
                  {t("Rest days")}
                </Link>
                <Link to="/admin/keys">
                  <Icon name="key" />
                  {t("Keys")}
                </Link>
                <Link to="/admin/record">
                  <Icon name="record" />
                  {t("Record")}
                </Link>
                <Link to="/admin" activeOptions={{ exact: true }}>
                  <Icon name="health" />
                  {t("Health")}
                </Link>
              </>
            )}
            <Link to="/courses">
              <Icon name="courses" />
              {t("Courses")}
            </Link>
            <Link to="/me">
              <Icon name="me" />
              {t("Me")}
            </Link>
          </nav>
        </div>
      </aside>
      <main id="main" tabIndex={-1} className={css.main}>
        {learner ? <Fault whole cause={new Problem({ status: 403 }, 403)} /> : <Outlet />}
      </main>
    </div>
  );
}

/**
 * On a phone the way around is a row that scrolls: keep in view where one is.
 *
 * The router gives whatever scrolled its old place back when a page has been drawn, this row too,
 * so that is the moment to place it and not any effect before.
 */
function useCurrentInView() {
  const nav = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => {
    const place = () => {
      const row = nav.current;
      const here = row?.querySelector<HTMLElement>("[aria-current]");
      if (row && here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.clientWidth) / 2;
    };
    place();
    return router.subscribe("onRendered", place);
  }, [router]);
  return nav;
}
