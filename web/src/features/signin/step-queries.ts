import { queryOptions, useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, done, type Schemas, take } from "@/platform/api";
import { enter, homeOf } from "@/platform/session";
import { makePasskey, provePasskey } from "./passkeys";

type Me = Schemas["Me"];

/** What the sign-in that was begun still needs. */
export const stepQuery = queryOptions({
  queryKey: ["signin", "step"],
  queryFn: () => take(api.GET("/api/v1/signin/step")),
  gcTime: 0,
});

/** Go where the visitor wanted to go, or to the first page of the role. */
export function useGoIn(to: string | undefined): (me: Me) => Promise<void> {
  const navigate = useNavigate();
  return (me) => {
    enter(me);
    return navigate({ to: to ?? homeOf(me.role) });
  };
}

export type Proof = { by: "code" | "recovery"; code: string } | { by: "passkey" };

/** Take the second step. */
export function useProve(to: string | undefined) {
  const goIn = useGoIn(to);
  return useMutation({
    mutationFn: async (proof: Proof): Promise<Me> => {
      if (proof.by === "code")
        return take(api.POST("/api/v1/signin/step/code", { body: { code: proof.code } }));
      if (proof.by === "recovery")
        return take(api.POST("/api/v1/signin/step/recovery", { body: { code: proof.code } }));
      const { options } = await take(api.POST("/api/v1/signin/step/passkey/options"));
      const credential = await provePasskey(options);
      return take(api.POST("/api/v1/signin/step/passkey", { body: { credential } }));
    },
    onSuccess: goIn,
  });
}

/** The secret for an authenticator app, drawn once while the page is open. */
export const newTotpQuery = queryOptions({
  queryKey: ["signin", "totp"],
  queryFn: () => take(api.POST("/api/v1/me/factors/totp")),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  retry: false,
});

export type Enrolment = { by: "totp"; code: string } | { by: "passkey"; name: string };

/** Set up a first second step; it also finishes the sign-in. */
export function useEnrol(onDone: (enrolled: Schemas["Enrolled"]) => void) {
  return useMutation({
    mutationFn: async (how: Enrolment) => {
      if (how.by === "totp")
        return take(api.POST("/api/v1/me/factors/totp/confirm", { body: { code: how.code } }));
      const { options } = await take(api.POST("/api/v1/me/factors/passkeys/options"));
      const credential = await makePasskey(options);
      return take(
        api.POST("/api/v1/me/factors/passkeys", { body: { name: how.name, credential } }),
      );
    },
    onSuccess: onDone,
  });
}

/** Begin the sign-in again. */
export function useStartOver() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => done(api.POST("/api/v1/signout")),
    onSettled: () => navigate({ to: "/signin" }),
  });
}

/** Whom a link is for. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ["link", token],
    queryFn: () => take(api.POST("/api/v1/links/open", { body: { token } })),
    retry: false,
    gcTime: 0,
  });

/** Choose a password by a link. */
export function useLink() {
  return useMutation({
    mutationFn: (body: Schemas["LinkUsed"]) => done(api.POST("/api/v1/links/use", { body })),
  });
}
