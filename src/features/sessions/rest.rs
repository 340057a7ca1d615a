//! `/api/v1/sessions`.

use super::model::{Kind, Session, SessionQuery};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::server::Caller;
use crate::server::rest::{Api, Declared, Params};
use crate::types::{Count, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use http::StatusCode;
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
    Api::default().get("/api/v1/sessions", READ, list).delete("/api/v1/sessions/{id}", FULL, close)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    q: String,
    kind: String,
}

#[derive(Serialize)]
struct ListJson {
    items: Vec<SessionJson>,
    next_cursor: Option<String>,
    count: Count,
}

#[derive(Serialize)]
struct SessionJson {
    id: String,
    kind: Kind,
    /// Of a person, also by a key.
    user_id: Option<String>,
    integration_id: Option<String>,
    api_user_id: Option<String>,
    username: String,
    /// Of a key, which is revoked when it is closed.
    key_name: Option<String>,
    client: String,
    address: String,
    signed_in_at: String,
    last_activity_at: String,
    /// Null for a key without an end.
    expires_at: Option<String>,
}

impl From<Session> for SessionJson {
    fn from(session: Session) -> Self {
        let of = |kinds: &[Kind]| kinds.contains(&session.kind).then(|| session.subject_id.clone());
        SessionJson {
            id: session.id,
            kind: session.kind,
            user_id: of(&[Kind::Console, Kind::ApiKey]),
            integration_id: of(&[Kind::Integration]),
            api_user_id: of(&[Kind::ApiUser]),
            username: session.username,
            key_name: session.key_name,
            client: session.client,
            address: session.address,
            signed_in_at: rfc3339(session.signed_in_at),
            last_activity_at: rfc3339(session.last_activity_at),
            expires_at: session.expires_at.map(rfc3339),
        }
    }
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<ListJson>, AppError> {
    let call = caller.allow(&Need::read(Screen::Sessions)).await?;
    let Params(params) = params?;
    let ListParams { limit, cursor, sort, q, kind } = params;
    let query = SessionQuery { q, kind, sort, cursor, limit };
    let page = ops::list(&call, &query).await?;
    let items = page.items.into_iter().map(SessionJson::from).collect();
    Ok(Json(ListJson { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn close(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Sessions)).await?;
    ops::close(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
