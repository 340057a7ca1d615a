//! `/api/v1/profiles`.

use super::model::{ProfileChange, ProfileInput, ProfileQuery};
use super::{list, ops};
use crate::access::{Level, Levels, Need, Screen};
use crate::error::{AppError, FieldError};
use crate::server::Caller;
use crate::server::rest::{Api, Body, Declared, IfMatch, Params, created, versioned};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;

const READ: Declared = Declared::Screen(Screen::Profiles, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Profiles, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/profiles.list", READ),
    ("/fn/profiles.get", READ),
    ("/fn/profiles.create", FULL),
    ("/fn/profiles.edit", FULL),
    ("/fn/profiles.duplicate", FULL),
    ("/fn/profiles.delete", FULL),
];

pub fn api() -> Api {
    Api::default()
        .get("/api/v1/profiles", READ, list_page)
        .post("/api/v1/profiles", FULL, create)
        .get("/api/v1/profiles/{id}", READ, get)
        .patch("/api/v1/profiles/{id}", FULL, edit)
        .delete("/api/v1/profiles/{id}", FULL, delete)
        .post("/api/v1/profiles/{id}/duplicate", FULL, duplicate)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    q: String,
}

async fn list_page(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Profiles)).await?;
    let Params(ListParams { limit, cursor, sort, q }) = params?;
    let page = list::list(&call, &ProfileQuery { q, sort, cursor, limit }).await?;
    Ok(Json(page).into_response())
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Profiles)).await?;
    let profile = ops::get(&call, &id).await?;
    Ok(versioned(profile.version, profile))
}

/// Screens by their codes, so that one that does not exist is told at its field.
type Table = BTreeMap<String, Level>;

fn levels(table: Table) -> Result<Levels, AppError> {
    let unknown: Vec<&str> =
        table.keys().map(String::as_str).filter(|code| Screen::from_code(code).is_none()).collect();
    if unknown.is_empty() {
        return Ok(table
            .into_iter()
            .filter_map(|(code, level)| Screen::from_code(&code).map(|screen| (screen, level)))
            .collect());
    }
    let error = |code: &str| FieldError::new("levels", "unknown", format!("There is no screen {code:?}."));
    Err(AppError::invalid(unknown.into_iter().map(error).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    levels: Table,
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<CreateBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Profiles)).await?;
    let Body(body) = body?;
    let input = ProfileInput { name: body.name, levels: levels(body.levels)? };
    let made = ops::create(&call, input).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    name: Option<String>,
    /// All of the new table, not a change to the old one.
    levels: Option<Table>,
}

async fn edit(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Profiles)).await?;
    // What is missing is missing, whatever else is wrong with the request.
    ops::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let change = ProfileChange { name: body.name, levels: body.levels.map(levels).transpose()? };
    let profile = ops::edit(&call, &id, known, change).await?;
    Ok(versioned(profile.version, profile))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct DeleteParams {
    replacement: String,
}

async fn delete(
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    params: Result<Params<DeleteParams>, AppError>,
) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Profiles)).await?;
    let Params(DeleteParams { replacement }) = params?;
    ops::delete(&call, &id, Some(&replacement)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn duplicate(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Profiles)).await?;
    let made = ops::duplicate(&call, &id).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made))
}
