//! `/api/v1/grants`.

use super::model::{Grant, NewGrant, REASON_MAX};
use super::ops;
use crate::access::{DeviceRight, Level, Levels, Need, Screen, Target};
use crate::error::AppError;
use crate::rights::rest::{Table, levels};
use crate::rights::subject::SubjectKind;
use crate::server::openapi::{About, Id, Time, words};
use crate::server::rest::{Api, Body, Created, Declared, NoContent, Versioned, created, versioned};
use crate::server::{Call, Caller};
use crate::types::{ListQuery, Page, rfc3339};
use axum::extract::Path;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub fn api() -> Api {
    let given = "You can't give more than you have, or for longer.";
    Api::of("Grants", "Single grants: who has which permissions, where, from when until when, and why.")
        .list(
            "/api/v1/grants",
            Declared::SubjectScreen(Level::Read),
            ("grants_list", "List grants"),
            |schemas| ops::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/grants",
            Declared::SubjectScreen(Level::Full),
            About::new("grants_create", "Create a grant").text(given),
            create,
        )
        .get("/api/v1/grants/{id}", Declared::SubjectScreen(Level::Read), ("grants_get", "Get a grant"), get)
        .delete(
            "/api/v1/grants/{id}",
            Declared::SubjectScreen(Level::Full),
            ("grants_delete", "Delete a grant"),
            delete,
        )
}

words!(SubjectKind, "SubjectKind", SubjectKind::ALL.map(SubjectKind::code));

/// A grant is never edited.
const VERSION: i64 = 1;

/// A grant as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Grant")]
struct GrantJson {
    #[schemars(with = "Id")]
    id: String,
    subject_kind: SubjectKind,
    #[schemars(with = "Id")]
    subject_id: String,
    #[schemars(with = "Option<Id>")]
    profile_id: Option<String>,
    /// Null for the grant of a profile.
    levels: Option<Levels>,
    /// Null means everything.
    #[schemars(with = "Option<Id>")]
    place_id: Option<String>,
    /// For a grant on one device or on all devices: the permission it stands for.
    device_right: Option<DeviceRight>,
    #[schemars(with = "Option<Time>")]
    from: Option<String>,
    #[schemars(with = "Option<Time>")]
    until: Option<String>,
    reason: String,
    given_by: String,
    #[schemars(with = "Time")]
    created_at: String,
    /// Whether it gives access now.
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

async fn list(
    Extension(caller): Extension<Caller>,
    query: Result<ListQuery, AppError>,
) -> Result<Json<Page<GrantJson>>, AppError> {
    let call = enter(&caller, Level::Read).await?;
    Ok(Json(ops::list(&call, &query?).await?.map(GrantJson::from)))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Versioned<GrantJson>, AppError> {
    let call = enter(&caller, Level::Read).await?;
    Ok(versioned(VERSION, GrantJson::from(ops::get(&call, &id).await?)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewGrant")]
struct CreateBody {
    subject_kind: SubjectKind,
    #[schemars(with = "Id")]
    subject_id: String,
    #[schemars(with = "Option<Id>")]
    profile_id: Option<String>,
    /// Either a profile, or levels.
    #[schemars(with = "Option<Levels>")]
    levels: Option<Table>,
    #[schemars(with = "Option<Id>")]
    place_id: Option<String>,
    #[schemars(with = "Option<Time>")]
    from: Option<String>,
    #[schemars(with = "Option<Time>")]
    until: Option<String>,
    #[serde(default)]
    #[schemars(length(max = REASON_MAX))]
    reason: String,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Created<GrantJson>, AppError> {
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

async fn delete(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<NoContent, AppError> {
    let call = enter(&caller, Level::Full).await?;
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}
