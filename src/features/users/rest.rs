//! `/api/v1/users`.

use super::list::LISTING;
use super::model::{NewUser, PasswordSetup, Region, User, UserChange, UserView};
use super::{access, ops, passwords, read};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::{About, words};
use crate::server::password::policy;
use crate::server::rest::{
    Api, Body, Created, IfMatch, MaybeBody, NoContent, Requirement, Versioned, created, versioned,
};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;

const READ: Requirement = Requirement::Screen(Screen::Users, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Users, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/users.list", READ),
    ("/fn/users.get", READ),
    ("/fn/users.choices", READ),
    ("/fn/users.filters", READ),
    ("/fn/users.create", FULL),
    ("/fn/users.edit", FULL),
    ("/fn/users.reset_password", FULL),
    ("/fn/users.disable", FULL),
    ("/fn/users.enable", FULL),
    ("/fn/users.delete", FULL),
    ("/fn/users.close_session", FULL),
    ("/fn/users.access", READ),
    ("/fn/users.consequences", READ),
    ("/fn/users.person", READ),
    ("/fn/users.check", READ),
];

pub fn api() -> Api {
    let needs = "The caller must hold all of the user's permissions.";
    Api::of("Users", "The users of the organization and their permissions.")
        .list("/api/v1/users", READ, ("users_list", "List users"), &LISTING, list)
        .post("/api/v1/users", FULL, ("users_create", "Create a user"), create)
        .get("/api/v1/users/{id}", READ, ("users_get", "Get a user"), get)
        .patch("/api/v1/users/{id}", FULL, ("users_edit", "Edit a user"), edit)
        .delete("/api/v1/users/{id}", FULL, ("users_delete", "Delete a user from the organization"), delete)
        .get(
            "/api/v1/users/{id}/access",
            READ,
            ("users_access", "Get a user's effective access and the grants it comes from"),
            access::get,
        )
        .post("/api/v1/users/{id}/disable", FULL, ("users_disable", "Disable a user and close their sessions"), disable)
        .post("/api/v1/users/{id}/enable", FULL, ("users_enable", "Enable a user"), enable)
        .post(
            "/api/v1/users/{id}/reset-password",
            FULL,
            About::new(
                "users_reset_password",
                "Reset a user's password, close their sessions and revoke their API keys",
            )
            .text(needs),
            reset_password,
        )
        .post(
            "/api/v1/users/{id}/close-session",
            FULL,
            ("users_close_session", "Close a user's session"),
            close_session,
        )
}

words!(Region, "Region", Region::ALL.map(Region::code));

impl JsonSchema for PasswordSetup {
    fn schema_name() -> Cow<'static, str> {
        "PasswordSetup".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let value = json!({ "type": "string", "minLength": 1, "maxLength": policy::MAX });
        json_schema!({ "oneOf": [
            {
                "type": "object", "additionalProperties": false, "required": ["mode"],
                "properties": { "mode": { "const": "auto" } },
            },
            {
                "type": "object", "additionalProperties": false, "required": ["mode", "value"],
                "properties": { "mode": { "const": "custom" }, "value": value },
            },
        ] })
    }
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<User>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(|view| view.user)))
}

fn answer(view: UserView) -> Versioned<User> {
    versioned(view.user.version, view.user)
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<User>, AppError> {
    Ok(answer(read::get(&call, &id).await?))
}

async fn create(call: Call, body: Result<Body<NewUser>, AppError>) -> Result<Created<User>, AppError> {
    let Body(new) = body?;
    let made = ops::create(&call, new).await?.user;
    Ok(created(&format!("/api/v1/users/{}", made.id), made.version, made))
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<UserChange>, AppError>,
) -> Result<Versioned<User>, AppError> {
    let now = read::get(&call, &id).await?.user;
    let (IfMatch(known), Body(change)) = (known?, body?);
    // Rights that the body leaves out are those that were just read: they must still stand when it is written.
    let known = known.or_else(|| change.names_rights().then_some(now.version));
    Ok(answer(ops::edit(&call, &id, known, change).await?))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<User>, AppError> {
    Ok(answer(ops::disable(&call, &id).await?))
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<User>, AppError> {
    Ok(answer(ops::enable(&call, &id).await?))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "PasswordReset")]
struct ResetBody {
    password: PasswordSetup,
    /// Unless this is true, all API keys of the user are revoked.
    keep_api_keys: bool,
}

/// Without a body the server makes the password.
async fn reset_password(
    call: Call,
    Path(id): Path<String>,
    body: Result<MaybeBody<ResetBody>, AppError>,
) -> Result<Versioned<User>, AppError> {
    let MaybeBody(body) = body?;
    Ok(answer(passwords::reset(&call, &id, &body.password, body.keep_api_keys).await?))
}

async fn close_session(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::close_session(&call, &id).await?;
    Ok(NoContent)
}
