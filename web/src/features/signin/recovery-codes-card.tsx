import { Button } from "@/design/button";
import { Card, Muted, Row } from "@/design/parts";
import { useWords } from "@/platform/words";
import step from "./step.module.css";

/** Codes to get in with when the phone is gone; shown this once. */
export function RecoveryCodesCard({
  codes,
  onKept,
}: {
  codes: readonly string[];
  onKept: () => void;
}) {
  const t = useWords();
  return (
    <Card topo>
      <Muted>
        {t(
          "Each of them lets you in once when your phone is not at hand. They are shown this once: print them, or write them down.",
        )}
      </Muted>
      <ul className={step.codes} aria-label={t("Recovery codes")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Row wrap>
        <Button look="ghost" onClick={() => print()}>
          {t("Print")}
        </Button>
        <Button onClick={onKept}>{t("I have kept them")}</Button>
      </Row>
    </Card>
  );
}
