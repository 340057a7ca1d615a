//! `/api/v1/profiles`.

use super::model::{NewProfile, Profile, ProfileChange};
use super::{list, ops};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::{About, Id};
use crate::server::rest::{Api, Body, Created, IfMatch, NoContent, Params, Requirement, Versioned, created, versioned};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Deserialize;

const READ: Requirement = Requirement::Screen(Screen::Profiles, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Profiles, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
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

async fn list_page(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Profile>>, AppError> {
    Ok(Json(list::list(&call, &query?).await?))
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<Profile>, AppError> {
    let profile = ops::get(&call, &id).await?;
    Ok(versioned(profile.version, profile))
}

async fn create(call: Call, body: Result<Body<NewProfile>, AppError>) -> Result<Created<Profile>, AppError> {
    let Body(new) = body?;
    let made = ops::create(&call, new).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made))
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<ProfileChange>, AppError>,
) -> Result<Versioned<Profile>, AppError> {
    // What is missing is missing, whatever else is wrong with the request.
    ops::get(&call, &id).await?;
    let (IfMatch(known), Body(change)) = (known?, body?);
    let profile = ops::edit(&call, &id, known, change).await?;
    Ok(versioned(profile.version, profile))
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

async fn duplicate(call: Call, Path(id): Path<String>) -> Result<Created<Profile>, AppError> {
    let made = ops::duplicate(&call, &id).await?;
    Ok(created(&format!("/api/v1/profiles/{}", made.id), made.version, made))
}
