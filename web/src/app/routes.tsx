import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { dress } from "@/design/motion";
import { Bones, Fault } from "@/design/states";
import { Problem } from "@/platform/problem";
import { client, meQuery } from "@/platform/queries";
import { enter, homeOf, leave, wasSignedIn } from "@/platform/session";
import { guessLanguage, speak, speakToStaff } from "@/platform/words";
import { LearnerShell } from "./learner-shell";
import { Lost } from "./lost";
import { Root } from "./root";

const root = createRootRoute({ component: Root, notFoundComponent: Lost });

/** Let in whoever is signed in, with their language and looks; send others to the door. */
async function signedIn({ location }: { location: { href: string } }) {
  try {
    const me = await client.ensureQueryData(meQuery);
    enter(me);
    dress(me.theme, me.calm_motion);
    if (me.locale !== guessLanguage()) await speak(me.locale);
    return { me };
  } catch (cause) {
    if (!(cause instanceof Problem && cause.status === 401)) throw cause;
    leave();
    throw redirect({ to: "/signin", search: { to: location.href } });
  }
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    if (wasSignedIn()) throw redirect({ to: "/today" });
  },
  component: lazyRouteComponent(() => import("@/features/signin/home-screen"), "HomeScreen"),
});

/** Where to go after signing in: a page of ours and never another site's. */
function wantedPage(search: Record<string, unknown>): { to?: string } {
  return typeof search.to === "string" && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {};
}

const signin = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  validateSearch: wantedPage,
  component: lazyRouteComponent(() => import("@/features/signin/signin-screen"), "SigninScreen"),
});

const signinStep = createRoute({
  getParentRoute: () => root,
  path: "/signin/step",
  validateSearch: wantedPage,
  component: lazyRouteComponent(() => import("@/features/signin/step-screen"), "StepScreen"),
});

const link = createRoute({
  getParentRoute: () => root,
  path: "/link",
  component: lazyRouteComponent(() => import("@/features/signin/link-screen"), "LinkScreen"),
});

const joinClass = createRoute({
  getParentRoute: () => root,
  path: "/join-class",
  validateSearch: (search: Record<string, unknown>): { code?: string } =>
    typeof search.code === "string" || typeof search.code === "number"
      ? { code: String(search.code) }
      : {},
  component: lazyRouteComponent(() => import("@/features/signin/join-screen"), "JoinScreen"),
});

const members = createRoute({ getParentRoute: () => root, id: "members", beforeLoad: signedIn });
const learner = createRoute({
  getParentRoute: () => members,
  id: "learner",
  component: LearnerShell,
});
/** Pages of somebody who learns; others go to where their own work is. */
const own = createRoute({
  getParentRoute: () => learner,
  id: "own",
  beforeLoad: ({ context: { me } }) => {
    if (me.role !== "learner") throw redirect({ to: homeOf(me.role) });
  },
});
const desk = createRoute({
  getParentRoute: () => members,
  id: "desk",
  loader: speakToStaff,
  component: lazyRouteComponent(() => import("./desk-shell"), "DeskShell"),
});

const today = createRoute({
  getParentRoute: () => own,
  path: "/today",
  component: lazyRouteComponent(() => import("@/features/today/today-screen"), "TodayScreen"),
});
const courses = createRoute({
  getParentRoute: () => learner,
  path: "/courses",
  component: lazyRouteComponent(() => import("@/features/courses/courses-screen"), "CoursesScreen"),
});
const course = createRoute({
  getParentRoute: () => learner,
  path: "/courses/$course",
  component: lazyRouteComponent(() => import("@/features/courses/trail-screen"), "TrailScreen"),
});
const boards = createRoute({
  getParentRoute: () => learner,
  path: "/boards",
  component: lazyRouteComponent(() => import("@/features/boards/boards-screen"), "BoardsScreen"),
});
const badges = createRoute({
  getParentRoute: () => own,
  path: "/badges",
  component: lazyRouteComponent(() => import("@/features/badges/badges-screen"), "BadgesScreen"),
});
const badge = createRoute({
  getParentRoute: () => own,
  path: "/badges/$badge",
  component: lazyRouteComponent(() => import("@/features/badges/badge-screen"), "BadgeScreen"),
});
const me = createRoute({
  getParentRoute: () => learner,
  path: "/me",
  component: lazyRouteComponent(() => import("@/features/profile/profile-screen"), "ProfileScreen"),
});
const ledger = createRoute({
  getParentRoute: () => own,
  path: "/me/ledger",
  component: lazyRouteComponent(() => import("@/features/ledger/ledger-screen"), "LedgerScreen"),
});
const ownAnswers = createRoute({
  getParentRoute: () => own,
  path: "/me/answers/$attempt",
  component: lazyRouteComponent(
    () => import("@/features/answers/answers-screen"),
    "LessonAnswersScreen",
  ),
});
const ownRequests = createRoute({
  getParentRoute: () => own,
  path: "/me/requests",
  component: lazyRouteComponent(
    () => import("@/features/answers/answers-screen"),
    "OwnRequestsScreen",
  ),
});
const factors = createRoute({
  getParentRoute: () => learner,
  path: "/me/factors",
  component: lazyRouteComponent(() => import("@/features/signin/factors-screen"), "FactorsScreen"),
});
const learn = createRoute({
  getParentRoute: () => members,
  path: "/learn/$attempt",
  component: lazyRouteComponent(() => import("@/features/lesson/lesson-screen"), "LessonScreen"),
});

const teach = createRoute({
  getParentRoute: () => desk,
  path: "/teach",
  component: lazyRouteComponent(() => import("@/features/teach/classes-screen"), "ClassesScreen"),
});
const teachClass = createRoute({
  getParentRoute: () => desk,
  path: "/teach/classes/$class",
  component: lazyRouteComponent(() => import("@/features/teach/class-screen"), "ClassScreen"),
});
const teachAnswers = createRoute({
  getParentRoute: () => desk,
  path: "/teach/classes/$class/learners/$learner",
  component: lazyRouteComponent(() => import("@/features/grades/answers-screen"), "AnswersScreen"),
});
const teachRequests = createRoute({
  getParentRoute: () => desk,
  path: "/teach/classes/$class/requests",
  component: lazyRouteComponent(
    () => import("@/features/grades/requests-screen"),
    "RequestsScreen",
  ),
});
const teachItems = createRoute({
  getParentRoute: () => desk,
  path: "/teach/items",
  component: lazyRouteComponent(() => import("@/features/teach/items-screen"), "ItemsScreen"),
});
const teachImport = createRoute({
  getParentRoute: () => desk,
  path: "/teach/import",
  component: lazyRouteComponent(() => import("@/features/imports/import-screen"), "ImportScreen"),
});
const admin = createRoute({
  getParentRoute: () => desk,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/features/admin/admin-screen"), "AdminScreen"),
});

const adminPeople = createRoute({
  getParentRoute: () => desk,
  path: "/admin/people",
  component: lazyRouteComponent(() => import("@/features/members/people-screen"), "PeopleScreen"),
});
const adminKeys = createRoute({
  getParentRoute: () => desk,
  path: "/admin/keys",
  component: lazyRouteComponent(() => import("@/features/keys/keys-screen"), "KeysScreen"),
});
const adminCalendar = createRoute({
  getParentRoute: () => desk,
  path: "/admin/calendar",
  component: lazyRouteComponent(
    () => import("@/features/calendar/calendar-screen"),
    "CalendarScreen",
  ),
});
const adminRecord = createRoute({
  getParentRoute: () => desk,
  path: "/admin/record",
  component: lazyRouteComponent(() => import("@/features/audit/audit-screen"), "AuditScreen"),
});

const tree = root.addChildren([
  home,
  signin,
  signinStep,
  link,
  joinClass,
  members.addChildren([
    learn,
    learner.addChildren([
      own.addChildren([today, badges, badge, ledger, ownAnswers, ownRequests]),
      courses,
      course,
      boards,
      me,
      factors,
    ]),
    desk.addChildren([
      teach,
      teachClass,
      teachAnswers,
      teachRequests,
      teachItems,
      teachImport,
      admin,
      adminPeople,
      adminCalendar,
      adminKeys,
      adminRecord,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingMs: 150,
  defaultPendingComponent: () => <Bones shapes={["title", "tall"]} />,
  // What failed may have been the way in, so all of it is tried again and not the drawing alone.
  defaultErrorComponent: ({ error }) => (
    <Fault whole cause={error} again={() => void router.invalidate()} />
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
