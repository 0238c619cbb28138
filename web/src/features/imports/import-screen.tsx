import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Switch } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card, Column, Hint, Meter, Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { useWords } from "@/platform/words";
import { FileReport } from "./file-report";
import css from "./import-screen.module.css";
import { type Progress, useImport } from "./queries";

/** Bring questions in: look first, then import. */
export function ImportScreen() {
  const t = useWords();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [strict, setStrict] = useState(false);
  const trial = useImport();
  const real = useImport();
  const busy = trial.isPending || real.isPending;
  const running = real.isPending ? real : trial;
  const report = real.data ?? trial.data;
  const refused = report?.files.reduce((sum, file) => sum + file.refused.length, 0) ?? 0;
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed is gone with the trial.
  useEffect(() => {
    if (real.data) heading.current?.focus();
  }, [real.data]);
  const items = report?.files.reduce((sum, file) => sum + file.items, 0) ?? 0;

  function choose(list: FileList | null, exact = strict) {
    const chosen = list ? [...list] : [...files];
    if (!chosen.length) return;
    setFiles(chosen);
    real.reset();
    trial.mutate({ files: chosen, strict: exact, dry: true });
  }

  return (
    <Column airy>
      <h1>{t("Import")}</h1>
      <div className={css.start}>
        <DropBox busy={busy} onFiles={choose} />
        {!report && <FormatCard />}
      </div>
      <Switch
        label={t("All or nothing")}
        hint={t("One refused line stops the whole file.")}
        checked={strict}
        onChange={(on) => {
          setStrict(on);
          if (files.length) choose(null, on);
        }}
      />
      {busy && <Running progress={running.progress} onStop={running.stop} />}
      {(trial.error || real.error) && (
        <Column>
          {files.length > 1 && (real.error ? real : trial).progress.file && (
            <strong>{(real.error ? real : trial).progress.file}</strong>
          )}
          <Fault cause={real.error ?? trial.error} />
        </Column>
      )}
      {report && !busy && (
        <Column>
          <Row between wrap>
            <div role="status">
              <h2 tabIndex={-1} ref={heading}>
                {real.data ? t("Imported") : t("This is what would happen")}
              </h2>
              <Muted>
                {t("{items, plural, one {# item} other {# items}}, {refused} refused", {
                  items,
                  refused,
                })}
              </Muted>
            </div>
            {real.data ? (
              <ButtonLink to="/teach/items">{t("See the items")}</ButtonLink>
            ) : (
              <Button
                disabled={items === 0 || (strict && refused > 0)}
                onClick={() => real.mutate({ files, strict, dry: false })}
              >
                {t("{items, plural, one {Import # item} other {Import # items}}", { items })}
              </Button>
            )}
          </Row>
          <ul className={css.files}>
            {report.files.map((file, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two files may bear one name
              <li key={place}>
                <Card>
                  <FileReport file={file} dry={!real.data} />
                </Card>
              </li>
            ))}
          </ul>
        </Column>
      )}
    </Column>
  );
}

const SAMPLE = `$CATEGORY: Science/Water/Rivers

::Source::Where does a river begin?{
  =At its source #Yes, often high up.
  ~At its mouth #That is where it ends.
}

// [tag:rivers]
How long is the Waikato, in km?{#425:5}`;

/** What a file looks like, for those who write one. */
function FormatCard() {
  const t = useWords();
  return (
    <Card topo>
      <Column>
        <h2 className={css.format}>{t("A GIFT file looks like this")}</h2>
        <pre className={css.sample} lang="en">
          {SAMPLE}
        </pre>
        <Hint>
          {t(
            "Course, unit and lesson come from the category. Nothing is changed before you say so.",
          )}
        </Hint>
      </Column>
    </Card>
  );
}

/** How far the reading is, and a way to stop it. */
function Running({ progress, onStop }: { progress: Progress; onStop: () => void }) {
  const t = useWords();
  const { done, of } = progress;
  const several = of > 1;
  const label = several
    ? t("File {file} of {files}", { file: Math.min(done + 1, of), files: of })
    : t("Reading…");
  return (
    <Card>
      <Column>
        <Row between>
          <strong role="status">{label}</strong>
          {several && (
            <Button look="ghost" small onClick={onStop}>
              {t("Stop after this file")}
            </Button>
          )}
        </Row>
        <Meter value={done} of={of} tone="go" label={label} />
      </Column>
    </Card>
  );
}

function DropBox({ busy, onFiles }: { busy: boolean; onFiles: (files: FileList) => void }) {
  const t = useWords();
  const [over, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length) onFiles(event.dataTransfer.files);
  }
  return (
    <label
      className={css.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={40} />
      <strong>{t("Drop files here, or press to choose")}</strong>
      <span>{t("GIFT files with questions, CSV tables of misconceptions")}</span>
      <input
        type="file"
        multiple
        accept=".gift,.txt,.csv"
        disabled={busy}
        onChange={(event) => event.target.files?.length && onFiles(event.target.files)}
      />
    </label>
  );
}
