//! `/api/v1/sessions`.

use super::model::{Session, SessionQuery};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::openapi::{Id, Time, sorts};
use crate::server::rest::{Api, Declared, LIMIT_MAX, NoContent, Params};
use crate::types::{Page, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Sessions, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Sessions, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/sessions.list", READ),
    ("/fn/sessions.close", FULL),
    ("/fn/sessions.idle_limit", READ),
    ("/fn/sessions.set_idle_limit", FULL),
];

pub fn api() -> Api {
    Api::of("Sessions", "Who is signed in, and which access tokens are alive.")
        .get("/api/v1/sessions", READ, ("sessions_list", "List the sessions that are active"), list)
        .delete("/api/v1/sessions/{id}", FULL, ("sessions_close", "Close a session, or end an access token"), close)
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    #[schemars(range(min = 1, max = LIMIT_MAX))]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    cursor: String,
    /// With `-` downwards; `-signed_in_at` unless given.
    #[schemars(extend("enum" = sorts(&["signed_in_at"])))]
    sort: String,
    /// A part of the username.
    q: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionJson {
    #[schemars(with = "Id")]
    id: String,
    #[schemars(extend("enum" = ["console", "integration"]))]
    kind: String,
    /// Null for an integration.
    #[schemars(with = "Option<Id>")]
    user_id: Option<String>,
    /// Null for a person.
    #[schemars(with = "Option<Id>")]
    integration_id: Option<String>,
    username: String,
    client: String,
    address: String,
    #[schemars(with = "Time")]
    signed_in_at: String,
    #[schemars(with = "Time")]
    last_activity_at: String,
    #[schemars(with = "Time")]
    expires_at: String,
}

impl From<Session> for SessionJson {
    fn from(session: Session) -> Self {
        let person = session.kind == "console";
        SessionJson {
            id: session.id,
            kind: session.kind,
            user_id: person.then(|| session.subject_id.clone()),
            integration_id: (!person).then_some(session.subject_id),
            username: session.username,
            client: session.client,
            address: session.address,
            signed_in_at: rfc3339(session.signed_in_at),
            last_activity_at: rfc3339(session.last_activity_at),
            expires_at: rfc3339(session.expires_at),
        }
    }
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<Page<SessionJson>>, AppError> {
    let call = caller.allow(&Need::read(Screen::Sessions)).await?;
    let Params(params) = params?;
    let query = SessionQuery { q: params.q, sort: params.sort, cursor: params.cursor, limit: params.limit };
    let page = ops::list(&call, &query).await?;
    let items = page.items.into_iter().map(SessionJson::from).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn close(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<NoContent, AppError> {
    let call = caller.allow(&Need::full(Screen::Sessions)).await?;
    ops::close(&call, &id).await?;
    Ok(NoContent)
}
