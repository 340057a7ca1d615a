//! `/api/v1/profiles`.

use super::model::{NAME_MAX, Profile, ProfileChange, ProfileInput};
use super::{list, ops};
use crate::access::{Level, Levels, Screen};
use crate::error::{AppError, FieldError};
use crate::server::Call;
use crate::server::openapi::{About, Id};
use crate::server::rest::{Api, Body, Created, Declared, IfMatch, NoContent, Params, Versioned, created, versioned};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    ("/fn/profiles.growth", FULL),
];

const DELETED: &str = "A profile in use needs a `replacement`, the id of another profile. All users, teams and API \
    users who have the deleted profile get the replacement instead: at the same places, for the same time, and with \
    all of its permissions. If the replacement is the built-in *Administrator*, that is Full on every screen, so \
    compare the `levels` of both and the counts of the deleted one before you call this.";

pub fn api() -> Api {
    let deleted = About::new("profiles_delete", "Delete a profile").text(DELETED);
    Api::of("Profiles", "Named tables of screens and levels, for users, teams and API users.")
        .list(
            "/api/v1/profiles",
            READ,
            ("profiles_list", "List profiles"),
            |schemas| list::LISTING.parameters(schemas),
            list_page,
        )
        .post("/api/v1/profiles", FULL, ("profiles_create", "Create a profile"), create)
        .get("/api/v1/profiles/{id}", READ, ("profiles_get", "Get a profile"), get)
        .patch(
            "/api/v1/profiles/{id}",
            FULL,
            ("profiles_edit", "Edit a profile, and so the permissions of its users"),
            edit,
        )
        .delete("/api/v1/profiles/{id}", FULL, deleted.also(&[422]), delete)
        .post(
            "/api/v1/profiles/{id}/duplicate",
            FULL,
            About::new("profiles_duplicate", "Duplicate a profile").also(&[422]),
            duplicate,
        )
}

/// A profile as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Profile")]
struct ProfileJson {
    #[schemars(with = "Id")]
    id: String,
    name: String,
    levels: Levels,
    /// *Administrator*: Full on every screen; it can't be edited or deleted.
    builtin: bool,
    user_count: i64,
    team_count: i64,
    api_user_count: i64,
    version: i64,
}

impl From<Profile> for ProfileJson {
    fn from(profile: Profile) -> Self {
        ProfileJson {
            id: profile.id,
            name: profile.name,
            levels: profile.levels,
            builtin: profile.builtin,
            user_count: profile.user_count,
            team_count: profile.team_count,
            api_user_count: profile.api_user_count,
            version: profile.version,
        }
    }
}

async fn list_page(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<ProfileJson>>, AppError> {
    Ok(Json(list::list(&call, &query?).await?.map(ProfileJson::from)))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<ProfileJson>, AppError> {
    let profile = ops::get(&call, &id).await?;
    Ok(versioned(profile.version, profile.into()))
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewProfile")]
struct CreateBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: String,
    #[schemars(with = "Levels")]
    levels: Table,
}

async fn create(call: Call, body: Result<Body<CreateBody>, AppError>) -> Result<Created<ProfileJson>, AppError> {
    let Body(body) = body?;
    let input = ProfileInput { name: body.name, levels: levels(body.levels)? };
    let made = ops::create(&call, input).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made.into()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProfileChange")]
struct EditBody {
    #[schemars(length(min = 1, max = NAME_MAX))]
    name: Option<String>,
    /// The complete table; it replaces the current one.
    #[schemars(with = "Option<Levels>")]
    levels: Option<Table>,
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<ProfileJson>, AppError> {
    // What is missing is missing, whatever else is wrong with the request.
    ops::get(&call, &id).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let change = ProfileChange { name: body.name, levels: body.levels.map(levels).transpose()? };
    let profile = ops::edit(&call, &id, known, change).await?;
    Ok(versioned(profile.version, profile.into()))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct DeleteParams {
    /// The profile its users get instead.
    #[schemars(with = "Id")]
    replacement: String,
}

async fn delete(
    call: Call,
    Path(id): Path<String>,
    params: Result<Params<DeleteParams>, AppError>,
) -> Result<NoContent, AppError> {
    let Params(DeleteParams { replacement }) = params?;
    ops::delete(&call, &id, Some(&replacement)).await?;
    Ok(NoContent)
}

async fn duplicate(call: Call, Path(id): Path<String>) -> Result<Created<ProfileJson>, AppError> {
    let made = ops::duplicate(&call, &id).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made.into()))
}
