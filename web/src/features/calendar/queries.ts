import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export const calendarQuery = queryOptions({
  queryKey: ["calendar"],
  queryFn: () => take(api.GET("/api/v1/calendar")),
});

const keep = (calendar: Schemas["Calendar"]) =>
  client.setQueryData(calendarQuery.queryKey, calendar);

export function useNewHoliday() {
  return useMutation({
    mutationFn: (span: Schemas["RestSpan"]) => take(api.POST("/api/v1/calendar", { body: span })),
    onSuccess: keep,
  });
}

export function useEndHoliday() {
  return useMutation({
    mutationFn: (id: string) =>
      take(api.DELETE("/api/v1/calendar/{span_id}", { params: { path: { span_id: id } } })),
    onSuccess: keep,
  });
}

export function useRestDays() {
  return useMutation({
    mutationFn: (weekdays: number[]) =>
      take(api.PUT("/api/v1/calendar/rest-days", { body: { weekdays } })),
    onSuccess: keep,
  });
}

export function useAmnesty() {
  return useMutation({
    mutationFn: (span: Schemas["RestSpan"]) =>
      take(api.POST("/api/v1/calendar/amnesty", { body: span })),
    onSuccess: () => client.invalidateQueries({ queryKey: calendarQuery.queryKey }),
  });
}
