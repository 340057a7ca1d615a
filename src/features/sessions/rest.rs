//! `/api/v1/sessions`.

use super::model::Session;
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::rest::{Api, NoContent, Requirement};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;

const READ: Requirement = Requirement::Screen(Screen::Sessions, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Sessions, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[("/fn/sessions.list", READ), ("/fn/sessions.close", FULL)];

pub fn api() -> Api {
    Api::of("Sessions", "Signed-in users and active access tokens.")
        .list("/api/v1/sessions", READ, ("sessions_list", "List active sessions"), &ops::LISTING, list)
        .delete("/api/v1/sessions/{id}", FULL, ("sessions_close", "Close a session or revoke an access token"), close)
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Session>>, AppError> {
    Ok(Json(ops::list(&call, &query?).await?.map(|row| row.session)))
}

async fn close(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::close(&call, &id).await?;
    Ok(NoContent)
}
