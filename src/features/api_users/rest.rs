//! `/api/v1/api-users`.

use super::model::{ApiUser, ApiUserChange, ApiUserRow, NewApiUser, NewApiUserToken};
use super::{ops, read};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::features::integrations::model::Health;
use crate::server::Call;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, Created, IfMatch, NoContent, Requirement, Versioned, created, versioned};
use crate::types::{ListQuery, Page, Status};
use axum::Json;
use axum::extract::Path;

const READ: Requirement = Requirement::Screen(Screen::Members, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Members, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/api_users.list", READ),
    ("/fn/api_users.detail", READ),
    ("/fn/api_users.create", FULL),
    ("/fn/api_users.edit", FULL),
    ("/fn/api_users.set_status", FULL),
    ("/fn/api_users.replace_token", FULL),
    ("/fn/api_users.delete", FULL),
];

pub fn api() -> Api {
    let replaced = "The previous token stops working immediately; the new one is shown once.";
    Api::of("API users", "Service accounts of the organization, each with one access token.")
        .list(
            "/api/v1/api-users",
            READ,
            ("api_users_list", "List API users"),
            |schemas| read::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/api-users",
            FULL,
            ("api_users_create", "Create an API user; its access token is shown once"),
            create,
        )
        .get("/api/v1/api-users/{id}", READ, ("api_users_get", "Get an API user"), get)
        .patch("/api/v1/api-users/{id}", FULL, ("api_users_edit", "Edit an API user"), edit)
        .delete("/api/v1/api-users/{id}", FULL, ("api_users_delete", "Delete an API user"), delete)
        .post("/api/v1/api-users/{id}/disable", FULL, ("api_users_disable", "Disable an API user"), disable)
        .post("/api/v1/api-users/{id}/enable", FULL, ("api_users_enable", "Enable an API user"), enable)
        .post(
            "/api/v1/api-users/{id}/token",
            FULL,
            About::new("api_users_replace_token", "Replace the access token of an API user").text(replaced),
            replace_token,
        )
        .get("/api/v1/api-users/{id}/health", READ, ("api_users_health", "Get an API user's health"), health)
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<ApiUser>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(|row| row.api_user)))
}

fn answer(row: ApiUserRow) -> Versioned<ApiUser> {
    versioned(row.api_user.version, row.api_user)
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUser>, AppError> {
    Ok(answer(read::get(&call, &id).await?))
}

async fn create(call: Call, body: Result<Body<NewApiUser>, AppError>) -> Result<Created<ApiUser>, AppError> {
    let Body(new) = body?;
    let made = ops::create(&call, new).await?.api_user;
    Ok(created(&format!("/api/v1/api-users/{}", made.id), made.version, made))
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<ApiUserChange>, AppError>,
) -> Result<Versioned<ApiUser>, AppError> {
    read::get(&call, &id).await?;
    let (IfMatch(known), Body(change)) = (known?, body?);
    Ok(answer(ops::edit(&call, &id, known, change).await?))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUser>, AppError> {
    Ok(answer(ops::set_status(&call, &id, Status::Disabled).await?))
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<ApiUser>, AppError> {
    Ok(answer(ops::set_status(&call, &id, Status::Active).await?))
}

/// 200 with the new token, once: the API user is the same.
async fn replace_token(
    call: Call,
    Path(id): Path<String>,
    body: Result<Body<NewApiUserToken>, AppError>,
) -> Result<Versioned<ApiUser>, AppError> {
    read::get(&call, &id).await?;
    let Body(NewApiUserToken { expires_at }) = body?;
    Ok(answer(ops::replace_token(&call, &id, expires_at).await?))
}

async fn health(call: Call, Path(id): Path<String>) -> Result<Json<Health>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.health))
}
