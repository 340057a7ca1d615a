//! `/api/v1/profiles`.

use super::model::Profile;
use super::{list, ops};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::resource::things::Things;
use crate::server::Call;
use crate::server::openapi::{About, Id};
use crate::server::rest::{Api, Created, NoContent, Params, Requirement, created};
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
    let profiles = Things {
        api: Api::of("Profiles", "Named tables of screens and levels, for users, teams and API users."),
        look: READ,
        change: FULL,
        paths: ["/api/v1/profiles", "/api/v1/profiles/{id}"],
        shown: |profile: Profile| profile,
        id: |profile| &profile.id,
        version: |profile| profile.version,
    };
    profiles
        .list(("profiles_list", "List profiles"), &list::LISTING, list::list)
        .create(("profiles_create", "Create a profile"), ops::create)
        .get(("profiles_get", "Get a profile"), ops::get)
        .edit(("profiles_edit", "Edit a profile, and so the permissions of its users"), ops::get, ops::edit)
        .api
        .delete("/api/v1/profiles/{id}", FULL, deleted.also(&[422]), delete)
        .post(
            "/api/v1/profiles/{id}/duplicate",
            FULL,
            About::new("profiles_duplicate", "Duplicate a profile").also(&[422]),
            duplicate,
        )
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
