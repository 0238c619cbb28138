import { useQuery } from "@tanstack/react-query";
import { Column, Muted } from "@/design/parts";
import { Empty, Fault, Loaded } from "@/design/states";
import { Problem } from "@/platform/problem";
import { keysQuery } from "@/platform/queries";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { ActivityCard } from "./activity-card";
import { KeyCard } from "./key-card";
import css from "./keys.module.css";
import { NewKeyForm } from "./new-key-form";

/** What other products may do here. */
export function KeysScreen() {
  const { role } = useMe();
  if (role !== "admin") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <Keys />;
}

function Keys() {
  const t = useWords();
  const query = useQuery(keysQuery);
  return (
    <Column airy>
      <div>
        <h1>{t("Keys of other products")}</h1>
        <Muted>
          {t("With a key, another product tells Tihi what learners did, and they earn for it.")}
        </Muted>
      </div>
      <NewKeyForm />
      <Loaded query={query} bones={["card", "card"]}>
        {(keys) =>
          keys.length ? (
            <ul className={css.grid}>
              {keys.map((key) => (
                <li key={key.key_id}>
                  <KeyCard card={key} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon="key" title={t("No keys yet")}>
              {t("Nothing outside can tell Tihi anything.")}
            </Empty>
          )
        }
      </Loaded>
      <ActivityCard />
    </Column>
  );
}
