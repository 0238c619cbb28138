import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

export const coursesQuery = queryOptions({
  queryKey: ["courses"],
  queryFn: () => take(api.GET("/api/v1/courses")),
});

export const trailQuery = (course: string) =>
  queryOptions({
    queryKey: ["trail", course],
    queryFn: () =>
      take(api.GET("/api/v1/courses/{course_id}", { params: { path: { course_id: course } } })),
  });
