"""Who may call what. The code must say the same; a route without a row fails the build (S4)."""

ANYONE = frozenset({"guest", "half", "learner", "teacher", "admin", "key"})
EVERYONE = frozenset({"learner", "teacher", "admin"})
LEARNER = frozenset({"learner"})
STAFF = frozenset({"teacher", "admin"})
ADMIN = frozenset({"admin"})

HALF = STAFF | {"half"}
"""Staff, and a session of theirs that still owes its second step."""
KEY = frozenset({"key"})
"""Another product with an API key of the right scope."""

RIGHTS = {
    "GET /": ANYONE,
    "GET /{path:path}": ANYONE,
    "GET /health/live": ANYONE,
    "GET /health/ready": ANYONE,
    "GET /api/v1/welcome": ANYONE,
    "POST /api/v1/signin": ANYONE,
    "POST /api/v1/demo/signin": ANYONE,
    "POST /api/v1/join": ANYONE,
    "POST /api/v1/signout": EVERYONE | {"half"},
    "GET /api/v1/signin/step": HALF,
    "POST /api/v1/signin/step/code": HALF,
    "POST /api/v1/signin/step/recovery": HALF,
    "POST /api/v1/signin/step/passkey/options": HALF,
    "POST /api/v1/signin/step/passkey": HALF,
    "GET /api/v1/me/factors": STAFF,
    "POST /api/v1/me/factors/totp": HALF,
    "POST /api/v1/me/factors/totp/confirm": HALF,
    "POST /api/v1/me/factors/passkeys/options": HALF,
    "POST /api/v1/me/factors/passkeys": HALF,
    "DELETE /api/v1/me/factors/{factor_id:uuid}": STAFF,
    "POST /api/v1/me/factors/recovery": STAFF,
    "GET /api/v1/admin/audit": ADMIN,
    "GET /api/v1/admin/keys": ADMIN,
    "POST /api/v1/admin/keys": ADMIN,
    "DELETE /api/v1/admin/keys/{key_id:uuid}": ADMIN,
    "GET /api/v1/me": EVERYONE,
    "PATCH /api/v1/me": EVERYONE,
    "POST /api/v1/me/password": EVERYONE,
    "GET /api/v1/me/sessions": EVERYONE,
    "DELETE /api/v1/me/sessions/{session_id:uuid}": EVERYONE,
    "GET /api/v1/calendar": EVERYONE,
    "POST /api/v1/calendar": ADMIN,
    "GET /api/v1/boards/{whose:str}/{period:str}": EVERYONE,
    "GET /api/v1/courses": EVERYONE,
    "GET /api/v1/courses/{course_id:uuid}": EVERYONE,
    "POST /api/v1/me/passphrase": LEARNER,
    "POST /api/v1/me/classes": LEARNER,
    "GET /api/v1/me/next-lesson": LEARNER,
    "GET /api/v1/me/progress": LEARNER,
    "GET /api/v1/me/ledger": LEARNER,
    "GET /api/v1/me/badges": LEARNER,
    "GET /api/v1/me/streak": LEARNER,
    "POST /api/v1/me/streak/pause": LEARNER,
    "DELETE /api/v1/me/streak/pause": LEARNER,
    "POST /api/v1/lessons/{lesson_id:uuid}/attempts": LEARNER,
    "GET /api/v1/attempts/{attempt_id:uuid}": LEARNER,
    "POST /api/v1/attempts/{attempt_id:uuid}/answers": LEARNER,
    "GET /api/v1/attempts/{attempt_id:uuid}/summary": LEARNER,
    "GET /api/v1/classes": STAFF,
    "POST /api/v1/classes": STAFF,
    "GET /api/v1/classes/{class_id:uuid}": STAFF,
    "POST /api/v1/classes/{class_id:uuid}/code": STAFF,
    "DELETE /api/v1/classes/{class_id:uuid}/learners/{learner_id:uuid}": STAFF,
    "GET /api/v1/classes/{class_id:uuid}/progress": STAFF,
    "GET /api/v1/items": STAFF,
    "POST /api/v1/imports": STAFF,
    "GET /api/v1/packs": STAFF,
    "POST /api/v1/packs": ADMIN,
    "GET /api/v1/admin/health": ADMIN,
    "GET /api/v1/admin/dead-letters": ADMIN,
    "POST /api/v1/admin/dead-letters/{letter_id:uuid}/replay": ADMIN,
}
