//! `/api/v1/grants`.

use super::model::{Grant, GrantQuery, NewGrant};
use super::ops;
use crate::access::{DeviceRight, Level, Levels, Need, Screen, Target};
use crate::error::AppError;
use crate::features::grants::subject::SubjectKind;
use crate::features::integrations::rest::{Table, levels};
use crate::server::rest::{Api, Body, Declared, Params, created, versioned};
use crate::server::{Call, Caller};
use crate::types::{Page, rfc3339};
use axum::extract::Path;
use axum::response::Response;
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};

pub fn api() -> Api {
    Api::default()
        .get("/api/v1/grants", Declared::SubjectScreen(Level::Read), list)
        .post("/api/v1/grants", Declared::SubjectScreen(Level::Full), create)
        .get("/api/v1/grants/{id}", Declared::SubjectScreen(Level::Read), get)
        .delete("/api/v1/grants/{id}", Declared::SubjectScreen(Level::Full), delete)
}

/// A grant is never edited.
const VERSION: i64 = 1;

/// A grant as the HTTP API shows it.
#[derive(Serialize)]
struct GrantJson {
    id: String,
    subject_kind: SubjectKind,
    subject_id: String,
    profile_id: Option<String>,
    /// Null where a profile says it.
    levels: Option<Levels>,
    /// Null is everything.
    place_id: Option<String>,
    /// Of one on a device, or on all: which of the three tables its levels are.
    device_right: Option<DeviceRight>,
    from: Option<String>,
    until: Option<String>,
    reason: String,
    given_by: String,
    created_at: String,
    /// Whether it opens anything now.
    active: bool,
    version: i64,
}

impl From<Grant> for GrantJson {
    fn from(grant: Grant) -> Self {
        GrantJson {
            id: grant.id,
            subject_kind: grant.subject_kind,
            subject_id: grant.subject_id,
            profile_id: grant.profile_id,
            levels: grant.levels,
            place_id: grant.place_id,
            device_right: grant.device_right,
            from: grant.from.map(rfc3339),
            until: grant.until.map(rfc3339),
            reason: grant.reason,
            given_by: grant.given_by,
            created_at: rfc3339(grant.created_at),
            active: grant.active,
            version: VERSION,
        }
    }
}

/// Lets in whoever may do this for one kind of subject at least; the row then says which.
async fn enter(caller: &Caller, level: Level) -> Result<Call, AppError> {
    let actor = caller.authenticated()?.session.actor;
    let open = SubjectKind::ALL.into_iter().map(SubjectKind::screen).find(|screen| actor.level(*screen) >= level);
    let screen = open.unwrap_or(Screen::Users);
    caller.allow(&Need { screen, level, target: Target::Organization }).await
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    subject_kind: String,
    subject_id: String,
    profile_id: String,
    place_id: String,
    active: String,
    sort: String,
}

impl ListParams {
    fn query(self) -> Result<GrantQuery, AppError> {
        let wrong = |what: &str| AppError::bad_request("invalid_parameter", what);
        let subject_kind = match self.subject_kind.as_str() {
            "" => None,
            code => Some(SubjectKind::from_code(code).ok_or_else(|| wrong("There is no such subject_kind."))?),
        };
        let active = match self.active.as_str() {
            "" => None,
            "true" => Some(true),
            "false" => Some(false),
            _ => return Err(wrong("active is true or false.")),
        };
        Ok(GrantQuery {
            subject_kind,
            subject_id: self.subject_id,
            profile_id: self.profile_id,
            place_id: self.place_id,
            active,
            sort: self.sort,
            cursor: self.cursor,
            limit: self.limit,
        })
    }
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<Page<GrantJson>>, AppError> {
    let call = enter(&caller, Level::Read).await?;
    let query = params?.0.query()?;
    if let Some(kind) = query.subject_kind {
        call.require(&Need::read(kind.screen())).await?;
    }
    let page = ops::list(&call, &query).await?;
    let items = page.items.into_iter().map(GrantJson::from).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = enter(&caller, Level::Read).await?;
    Ok(versioned(VERSION, GrantJson::from(ops::get(&call, &id).await?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    subject_kind: SubjectKind,
    subject_id: String,
    profile_id: Option<String>,
    levels: Option<Table>,
    place_id: Option<String>,
    from: Option<String>,
    until: Option<String>,
    #[serde(default)]
    reason: String,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Response, AppError> {
    enter(&caller, Level::Full).await?;
    let Body(body) = body?;
    let call = caller.allow(&Need::full(body.subject_kind.screen())).await?;
    let new = NewGrant {
        subject_kind: body.subject_kind,
        subject_id: body.subject_id,
        profile_id: body.profile_id,
        levels: body.levels.map(|table| levels("levels", table)).transpose()?,
        place_id: body.place_id,
        from: body.from,
        until: body.until,
        reason: body.reason,
    };
    let made = ops::create(&call, new).await?;
    Ok(created(&format!("/api/v1/grants/{}", made.id), VERSION, GrantJson::from(made)))
}

async fn delete(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = enter(&caller, Level::Full).await?;
    ops::delete(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
