import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, take } from "@/platform/api";
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

/** Take a learner out of a class, or put one back. */
export function useMembership(id: string) {
  return useMutation({
    mutationFn: ({ learner, member }: { learner: string; member: boolean }) => {
      const where = { params: { path: { class_id: id, learner_id: learner } } };
      const path = "/api/v1/classes/{class_id}/learners/{learner_id}" as const;
      return done(member ? api.POST(path, where) : api.DELETE(path, where));
    },
    onSuccess: refresh,
  });
}
