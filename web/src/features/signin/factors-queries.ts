import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, take } from "@/platform/api";
import { client } from "@/platform/queries";

export const factorsQuery = queryOptions({
  queryKey: ["factors"],
  queryFn: () => take(api.GET("/api/v1/me/factors")),
});

const renew = () => client.invalidateQueries({ queryKey: factorsQuery.queryKey });

export function useRemoveFactor() {
  return useMutation({
    mutationFn: (factor: string) =>
      done(
        api.DELETE("/api/v1/me/factors/{factor_id}", { params: { path: { factor_id: factor } } }),
      ),
    onSuccess: renew,
  });
}

export function useNewCodes() {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/me/factors/recovery")),
    onSuccess: renew,
  });
}
