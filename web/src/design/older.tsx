import type { ReactNode } from "react";
import { useWords } from "@/platform/words";
import { Button } from "./button";

/** What an endless list tells of its next page. */
interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Brings the next page of a list, where there is one. */
export function Older({ query, children }: { query: Paged; children: ReactNode }) {
  const t = useWords();
  if (!query.hasNextPage) return null;
  return (
    <Button
      look="ghost"
      disabled={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {query.isFetchingNextPage ? t("Loading…") : children}
    </Button>
  );
}
