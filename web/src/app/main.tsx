import "@/design/tokens.css";
import "@/design/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { dressAsBefore } from "@/design/motion";
import { onSignedOut } from "@/platform/api";
import { client } from "@/platform/queries";
import { guessLanguage, speak } from "@/platform/words";
import { router } from "./routes";
import { toTheDoor } from "./signed-out";

dressAsBefore();
onSignedOut(() => void toTheDoor());

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

/** Keep the shell on the device; the first page comes before that. */
function keepShell(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () => void navigator.serviceWorker.register("/worker.js").catch(() => undefined);
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}

speak(guessLanguage()).then(() => {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
  keepShell();
});
