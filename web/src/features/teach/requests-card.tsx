import { ButtonLink } from "@/design/button";
import { Card, Row } from "@/design/parts";
import { useWords } from "@/platform/words";

/** How many learners of the class ask for another look at a grade. */
export function RequestsCard({ classId, open }: { classId: string; open: number }) {
  const t = useWords();
  return (
    <Card>
      <Row between wrap>
        <strong>
          {t("{open, plural, one {# grade to look at again} other {# grades to look at again}}", {
            open,
          })}
        </strong>
        <ButtonLink small to="/teach/classes/$class/requests" params={{ class: classId }}>
          {t("Look again")}
        </ButtonLink>
      </Row>
    </Card>
  );
}
