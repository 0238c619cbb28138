import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, type Schemas, take } from "@/platform/api";
import { classesQuery, client } from "@/platform/queries";

const at = (class_id: string) => ({ params: { path: { class_id } } });

export const classQuery = (id: string) =>
  queryOptions({
    queryKey: ["classes", id],
    queryFn: () => take(api.GET("/api/v1/classes/{class_id}", at(id))),
  });

export const classProgressQuery = (id: string) =>
  queryOptions({
    queryKey: ["classes", id, "progress"],
    queryFn: () => take(api.GET("/api/v1/classes/{class_id}/progress", at(id))),
    refetchInterval: 15_000,
  });

/** How many grades learners ask about, by class; classes without any are left out. */
export const openRequestsQuery = queryOptions({
  queryKey: ["grade-requests"],
  queryFn: () => take(api.GET("/api/v1/grade-requests")),
  select: (rows) => new Map(rows.map((row) => [row.class_id, row.open])),
});

export const itemsQuery = (q: string) =>
  queryOptions({
    queryKey: ["items", q],
    queryFn: () => take(api.GET("/api/v1/items", { params: { query: q ? { q } : {} } })),
    placeholderData: (before) => before,
  });

const refresh = () => client.invalidateQueries({ queryKey: classesQuery.queryKey });

export function useNewClass() {
  return useMutation({
    mutationFn: (name: string) => take(api.POST("/api/v1/classes", { body: { name } })),
    onSuccess: refresh,
  });
}

export function useNewCode(id: string) {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/classes/{class_id}/code", at(id))),
    onSuccess: refresh,
  });
}

export function useClassChange(id: string) {
  return useMutation({
    mutationFn: (body: Schemas["ClassChanges"]) =>
      take(api.PATCH("/api/v1/classes/{class_id}", { ...at(id), body })),
    onSuccess: refresh,
  });
}

const members = (id: string) => classQuery(id).queryKey;

/** Show a class without a learner, before the server knows. */
export function hideLearner(id: string, learner: string): void {
  client.setQueryData(
    members(id),
    (was) =>
      was && { ...was, learners: was.learners.filter((each) => each.learner_id !== learner) },
  );
}

/** Show a class as the server has it. */
export const showAgain = (id: string): Promise<void> =>
  client.invalidateQueries({ queryKey: members(id) });

/** Take a learner out of a class; it goes through even when the page is being closed. */
export async function removeLearner(id: string, learner: string): Promise<void> {
  try {
    await done(
      api.DELETE("/api/v1/classes/{class_id}/learners/{learner_id}", {
        params: { path: { class_id: id, learner_id: learner } },
        keepalive: true,
      }),
    );
  } finally {
    await refresh();
  }
}
