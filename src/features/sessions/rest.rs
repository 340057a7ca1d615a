//! `/api/v1/sessions`.

use super::model::{Kind, Session};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::{Id, Time, words};
use crate::server::rest::{Api, Declared, NoContent};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Serialize;

const READ: Declared = Declared::Screen(Screen::Sessions, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Sessions, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/sessions.list", READ),
    ("/fn/sessions.close", FULL),
    ("/fn/sessions.idle_limit", READ),
    ("/fn/sessions.set_idle_limit", FULL),
    ("/fn/sessions.idle_effect", FULL),
];

pub fn api() -> Api {
    Api::of("Sessions", "Signed-in users and active access tokens.")
        .list(
            "/api/v1/sessions",
            READ,
            ("sessions_list", "List active sessions"),
            |schemas| ops::LISTING.parameters(schemas),
            list,
        )
        .delete("/api/v1/sessions/{id}", FULL, ("sessions_close", "Close a session or revoke an access token"), close)
}

words!(Kind, "SessionKind", Kind::ALL.map(Kind::code));

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionJson {
    #[schemars(with = "Id")]
    id: String,
    kind: Kind,
    /// The user who is signed in, or whose API key is in use.
    #[schemars(with = "Option<Id>")]
    user_id: Option<String>,
    #[schemars(with = "Option<Id>")]
    integration_id: Option<String>,
    #[schemars(with = "Option<Id>")]
    api_user_id: Option<String>,
    username: String,
    /// The name of the API key; closing the session revokes the key.
    key_name: Option<String>,
    client: String,
    address: String,
    #[schemars(with = "Time")]
    signed_in_at: String,
    #[schemars(with = "Time")]
    last_activity_at: String,
    /// Null for an API key that doesn't expire.
    #[schemars(with = "Option<Time>")]
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

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<SessionJson>>, AppError> {
    Ok(Json(ops::list(&call, &query?).await?.map(SessionJson::from)))
}

async fn close(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::close(&call, &id).await?;
    Ok(NoContent)
}
