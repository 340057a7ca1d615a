//! `/api/v1/grants`.

use super::model::{Grant, NewGrant, VERSION};
use super::ops;
use crate::access::{Level, Need, Screen, Target};
use crate::error::AppError;
use crate::rights::subject::SubjectKind;
use crate::server::openapi::{About, words};
use crate::server::rest::{Api, Body, Created, NoContent, Requirement, Versioned, created, versioned};
use crate::server::{Call, Caller};
use crate::types::{ListQuery, Page};
use axum::extract::Path;
use axum::{Extension, Json};

pub fn api() -> Api {
    let given = "You can't give more than you have, or for longer.";
    Api::of("Grants", "Single grants: who has which permissions, where, from when until when, and why.")
        .list(
            "/api/v1/grants",
            Requirement::SubjectScreen(Level::Read),
            ("grants_list", "List grants"),
            &ops::LISTING,
            list,
        )
        .post(
            "/api/v1/grants",
            Requirement::SubjectScreen(Level::Full),
            About::new("grants_create", "Create a grant").text(given),
            create,
        )
        .get("/api/v1/grants/{id}", Requirement::SubjectScreen(Level::Read), ("grants_get", "Get a grant"), get)
        .delete(
            "/api/v1/grants/{id}",
            Requirement::SubjectScreen(Level::Full),
            ("grants_delete", "Delete a grant"),
            delete,
        )
}

words!(SubjectKind, "SubjectKind", SubjectKind::ALL.map(SubjectKind::code));

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
) -> Result<Json<Page<Grant>>, AppError> {
    let call = enter(&caller, Level::Read).await?;
    Ok(Json(ops::list(&call, &query?).await?))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Versioned<Grant>, AppError> {
    let call = enter(&caller, Level::Read).await?;
    Ok(versioned(VERSION, ops::get(&call, &id).await?))
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<NewGrant>, AppError>,
) -> Result<Created<Grant>, AppError> {
    enter(&caller, Level::Full).await?;
    let Body(new) = body?;
    let call = caller.allow(&Need::full(new.subject_kind.screen())).await?;
    let made = ops::create(&call, new).await?;
    Ok(created(&format!("/api/v1/grants/{}", made.id), VERSION, made))
}

async fn delete(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<NoContent, AppError> {
    let call = enter(&caller, Level::Full).await?;
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}
