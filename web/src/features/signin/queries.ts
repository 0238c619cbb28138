import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, type Schemas, take } from "@/platform/api";
import { client, nextLessonQuery } from "@/platform/queries";
import { enter, homeOf } from "@/platform/session";
import { useStartLesson } from "@/platform/start-lesson";

export type Way =
  | { way: "password"; body: Schemas["SignIn"] }
  | { way: "demo"; body: Schemas["DemoSignIn"] };

/** Sign in, then go where the visitor wanted to go, or to the first page of the role. */
export function useSignIn(to: string | undefined) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (way: Way) =>
      way.way === "demo"
        ? take(api.POST("/api/v1/demo/signin", { body: way.body }))
        : take(api.POST("/api/v1/signin", { body: way.body })),
    onSuccess: (who) => {
      if ("step" in who) return navigate({ to: "/signin/step", search: to ? { to } : {} });
      enter(who);
      return navigate({ to: to ?? homeOf(who.role) });
    },
  });
}

/** What a class code leads to, before anybody joins. */
export function useLook() {
  return useMutation({
    mutationFn: (code: string) => take(api.POST("/api/v1/join/code", { body: { code } })),
  });
}

/** Join a class as a new learner and go straight to the first question. */
export function useJoin() {
  const navigate = useNavigate();
  // Who goes back joins no second time.
  const start = useStartLesson({ replace: true });
  return useMutation({
    mutationFn: (body: Schemas["JoinClass"]) => take(api.POST("/api/v1/join", { body })),
    onSuccess: async (me) => {
      enter(me);
      const { lesson } = await client.fetchQuery(nextLessonQuery);
      if (lesson) await start.mutateAsync(lesson.lesson_id);
      else await navigate({ to: "/today", replace: true });
    },
  });
}
