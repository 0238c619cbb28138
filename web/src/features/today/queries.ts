import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

export const trailQuery = (course: string) =>
  queryOptions({
    queryKey: ["trail", course],
    queryFn: () =>
      take(api.GET("/api/v1/courses/{course_id}", { params: { path: { course_id: course } } })),
  });

export const peekQuery = (classId: string) =>
  queryOptions({
    queryKey: ["board", "class", "week", classId],
    queryFn: () =>
      take(
        api.GET("/api/v1/boards/{whose}/{period}", {
          params: { path: { whose: "class", period: "week" }, query: { class_id: classId } },
        }),
      ),
  });
