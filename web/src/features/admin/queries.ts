import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, take } from "@/platform/api";
import { client } from "@/platform/queries";

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: () => take(api.GET("/api/v1/admin/health")),
  refetchInterval: 5000,
});

export const lettersQuery = queryOptions({
  queryKey: ["dead-letters"],
  queryFn: () => take(api.GET("/api/v1/admin/dead-letters")),
});

export const packsQuery = queryOptions({
  queryKey: ["packs"],
  queryFn: () => take(api.GET("/api/v1/packs")),
  // History may be under way of being counted.
  refetchInterval: 5000,
});

export function useReplay() {
  return useMutation({
    mutationFn: (letter: string) =>
      done(
        api.POST("/api/v1/admin/dead-letters/{letter_id}/replay", {
          params: { path: { letter_id: letter } },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: lettersQuery.queryKey }),
        client.invalidateQueries({ queryKey: healthQuery.queryKey }),
      ]),
  });
}

export function useApplyPack() {
  return useMutation({
    mutationFn: (yaml: string) =>
      take(
        api.POST("/api/v1/packs", {
          // The body is the pack as it is; the document has no word for YAML.
          body: yaml as never,
          headers: { "content-type": "application/yaml" },
          bodySerializer: () => yaml,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: packsQuery.queryKey }),
  });
}
