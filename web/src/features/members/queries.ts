import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";
import { api, done, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Person = Schemas["PersonCard"];
export type Role = Person["role"];

const PEOPLE = ["people"] as const;

/** People whose name begins with `search`; all roles for "". */
export const peopleQuery = (search: string, role: Role | "") =>
  queryOptions({
    queryKey: [...PEOPLE, search, role],
    queryFn: () => take(api.GET("/api/v1/admin/people", { params: { query: { search, role } } })),
    placeholderData: keepPreviousData,
  });

const renew = () => client.invalidateQueries({ queryKey: PEOPLE });
const of = (person: Person) => ({ params: { path: { account_id: person.account_id } } });

export function useInvite() {
  return useMutation({
    mutationFn: (person: Schemas["NewPerson"]) =>
      take(api.POST("/api/v1/admin/people", { body: person })),
    onSuccess: renew,
  });
}

/** Change a role, suspend, or let back in. */
export function useChangePerson(person: Person) {
  return useMutation({
    mutationFn: (body: Schemas["MemberChanges"]) =>
      take(api.PATCH("/api/v1/admin/people/{account_id}", { ...of(person), body })),
    onSuccess: renew,
  });
}

/** A link by which somebody chooses a new password. */
export function useNewLink(person: Person) {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/admin/people/{account_id}/link", of(person))),
  });
}

/** Take away the second steps of somebody who lost them. */
export function useResetFactors(person: Person) {
  return useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/admin/people/{account_id}/factors", of(person))),
    onSuccess: renew,
  });
}

/** Everything that is kept about somebody, as a file. */
export function useExportPerson(person: Person) {
  return useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/admin/people/{account_id}/export", { ...of(person), parseAs: "blob" }),
      ),
  });
}

/** Erase somebody for good. */
export function useErase(person: Person) {
  return useMutation({
    mutationFn: (typed: string) =>
      done(
        api.POST("/api/v1/admin/people/{account_id}/erase", {
          ...of(person),
          body: { display_name: typed },
        }),
      ),
    onSuccess: renew,
  });
}

const CLASS_SIZE = ["class-size"] as const;

/** How many learners a class takes by its code. */
export const classSizeQuery = queryOptions({
  queryKey: CLASS_SIZE,
  queryFn: () => take(api.GET("/api/v1/admin/class-size")),
});

/** Let every class take so many. */
export function useClassSize() {
  return useMutation({
    mutationFn: (most: number) => take(api.PUT("/api/v1/admin/class-size", { body: { most } })),
    onSuccess: (size) => {
      client.setQueryData(CLASS_SIZE, size);
      void client.invalidateQueries({ queryKey: ["classes"] });
    },
  });
}
