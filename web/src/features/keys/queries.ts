import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, type Schemas, take } from "@/platform/api";
import { client, keysQuery } from "@/platform/queries";

const renew = () => client.invalidateQueries({ queryKey: keysQuery.queryKey });

export function useNewKey() {
  return useMutation({
    mutationFn: (key: Schemas["NewKey"]) => take(api.POST("/api/v1/admin/keys", { body: key })),
    onSuccess: renew,
  });
}

export function useRevoke() {
  return useMutation({
    mutationFn: (key: string) =>
      done(api.DELETE("/api/v1/admin/keys/{key_id}", { params: { path: { key_id: key } } })),
    onSuccess: renew,
  });
}

export const activityQuery = queryOptions({
  queryKey: ["activity-types"],
  queryFn: () => take(api.GET("/api/v1/admin/activity-types")),
});

export function useActivity() {
  return useMutation({
    mutationFn: (types: string[]) =>
      take(api.PUT("/api/v1/admin/activity-types", { body: { types } })),
    onSuccess: (kept) => client.setQueryData(activityQuery.queryKey, kept),
  });
}
