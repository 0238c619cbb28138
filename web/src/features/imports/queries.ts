import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Report = Schemas["ImportReport"];
export type Order = { files: readonly File[]; strict: boolean; dry: boolean };
export type Progress = { done: number; of: number };

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

/** Read files one after the other, each with the tables: as a trial, or for good. */
export function useImport() {
  const [progress, setProgress] = useState<Progress>({ done: 0, of: 0 });
  const stopped = useRef(false);
  const mutation = useMutation({
    mutationFn: async (order: Order): Promise<Report> => {
      stopped.current = false;
      const tables = order.files.filter((file) => isTable(file.name));
      const questions = order.files.filter((file) => !isTable(file.name));
      if (!questions.length) return send(order);
      const reports = new Map<string, Report["files"][number]>();
      for (const [done, file] of questions.entries()) {
        if (stopped.current) break;
        setProgress({ done, of: questions.length });
        const report = await send({ ...order, files: [file, ...tables] });
        for (const one of report.files) reports.set(one.file, one);
      }
      return { files: [...reports.values()] };
    },
    onSettled: (_report, _error, { dry }) =>
      dry ? undefined : client.invalidateQueries({ queryKey: ["items"] }),
  });
  const stop = () => {
    stopped.current = true;
  };
  return { ...mutation, progress, stop };
}
