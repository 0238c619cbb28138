import { useMutation } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Report = Schemas["ImportReport"];
export type Order = { files: readonly File[]; strict: boolean; dry: boolean };

/** Read files: as a trial, or for good. */
export function useImport() {
  return useMutation({
    mutationFn: ({ files, strict, dry }: Order) =>
      take(
        api.POST("/api/v1/imports", {
          params: { query: { strict, dry_run: dry } },
          // The files go as a form; the generated type knows them as texts only.
          body: { files: [] },
          bodySerializer: () => {
            const form = new FormData();
            for (const file of files) form.append("files", file, file.name);
            return form;
          },
        }),
      ),
    onSuccess: (_report, { dry }) =>
      dry ? undefined : client.invalidateQueries({ queryKey: ["items"] }),
  });
}
