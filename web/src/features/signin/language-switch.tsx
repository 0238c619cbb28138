import { Button } from "@/design/button";
import { languageNow, speak, useWords } from "@/platform/words";

/** A press changes to the other language, whose name it bears. */
export function LanguageSwitch() {
  useWords();
  const maori = languageNow() === "mi";
  return (
    <Button
      look="plain"
      small
      lang={maori ? "en" : "mi"}
      onClick={() => speak(maori ? "en" : "mi")}
    >
      {maori ? "English" : "Te reo Māori"}
    </Button>
  );
}
