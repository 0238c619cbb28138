import { say } from "@/platform/words";
import { tell } from "./toast";

/** Put a text on the clipboard. Browsers refuse it on pages without encryption. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(done);
  } catch {
    tell(say("This browser does not copy here. Do it by hand: {text}", { text }));
  }
}
