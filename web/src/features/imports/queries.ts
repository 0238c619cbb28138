import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Report = Schemas["ImportReport"];
export type Order = { files: readonly File[]; strict: boolean; dry: boolean };
/** How far it is, and the file that is being read where they go one by one. */
export type Progress = { done: number; of: number; file?: string };

/** Whether a file is a table of misconceptions and no file of questions, by its name. */
export const isTable = (name: string): boolean => name.toLowerCase().endsWith(".csv");

const send = ({ files, strict, dry }: Order) =>
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
  );

/**
 * Read files one after the other: as a trial, or for good. With a table all go together, as a row of
 * it may fit an item of any of them, and would be refused beside every other file.
 */
export function useImport() {
  const [progress, setProgress] = useState<Progress>({ done: 0, of: 0 });
  const stopped = useRef(false);
  const mutation = useMutation({
    mutationFn: async (order: Order): Promise<Report> => {
      stopped.current = false;
      const together = order.files.some((file) => isTable(file.name));
      const parts = together ? [order.files] : order.files.map((file) => [file]);
      const files: Report["files"] = [];
      for (const [done, part] of parts.entries()) {
        if (stopped.current) break;
        const file = part.length === 1 ? part[0]?.name : undefined;
        setProgress({ done, of: parts.length, ...(file && { file }) });
        files.push(...(await send({ ...order, files: part })).files);
      }
      return { files };
    },
    onSettled: (_report, _error, { dry }) =>
      dry ? undefined : client.invalidateQueries({ queryKey: ["items"] }),
  });
  const stop = () => {
    stopped.current = true;
  };
  return { ...mutation, progress, stop };
}
