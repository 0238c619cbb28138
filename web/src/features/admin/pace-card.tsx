import { Card, Hint, Muted } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./health.module.css";

type Route = Schemas["RoutePace"];

/** Which pages keep people waiting. */
export function PaceCard({ routes, minutes }: { routes: readonly Route[]; minutes: number }) {
  const t = useWords();
  const longest = Math.max(1, ...routes.map((route) => route.p99_ms));
  return (
    <Card>
      <h2>{t("What people wait for")}</h2>
      {routes.length ? (
        <>
          <Muted>
            {t("The slowest of the last {minutes} minutes, by this process.", { minutes })}
          </Muted>
          <ol className={css.list}>
            {routes.map((route) => (
              <li key={`${route.method} ${route.route}`}>
                <Line route={route} longest={longest} />
              </li>
            ))}
          </ol>
        </>
      ) : (
        <Muted>{t("Nobody has asked for anything yet.")}</Muted>
      )}
    </Card>
  );
}

function Line({ route, longest }: { route: Route; longest: number }) {
  const t = useWords();
  const share = (ms: number) => ({ inlineSize: `${Math.max(1, (100 * ms) / longest)}%` });
  return (
    <>
      <div className={css.line}>
        <code className={css.route}>
          {route.method} {route.route}
        </code>
        <strong>{t("{ms} ms", { ms: count(route.p99_ms) })}</strong>
      </div>
      <span className={css.bar} aria-hidden="true">
        <i style={share(route.p99_ms)} />
        <i style={share(route.p50_ms)} />
      </span>
      <Hint>
        {t("half within {ms} ms", { ms: count(route.p50_ms) })}
        {" · "}
        {t("{calls, plural, one {# call} other {# calls}}", { calls: route.calls })}
        {route.errors > 0 && (
          <>
            {" · "}
            <b className={css.errors}>
              {t("{errors, plural, one {# failed} other {# failed}}", { errors: route.errors })}
            </b>
          </>
        )}
      </Hint>
    </>
  );
}
