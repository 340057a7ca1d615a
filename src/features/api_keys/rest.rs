//! `/api/v1/api-keys`: one's own keys. They are made and revoked at the console's session alone.

use super::model::{ApiKey, NewApiKey};
use super::ops;
use crate::error::AppError;
use crate::server::Caller;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, Created, NoContent, Requirement, Versioned, created, versioned};
use crate::types::{ListQuery, Page};
use axum::extract::Path;
use axum::{Extension, Json};

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/api_keys.list", Requirement::Personal),
    ("/fn/api_keys.get", Requirement::Personal),
    ("/fn/api_keys.create", Requirement::Personal),
    ("/fn/api_keys.revoke", Requirement::Personal),
];

pub fn api() -> Api {
    Api::of("API keys", "The caller's own API keys, which act as their owner.")
        .list(
            "/api/v1/api-keys",
            Requirement::Known,
            About::new("api_keys_list", "List your API keys").also(&[403]),
            &ops::LISTING,
            list,
        )
        .post(
            "/api/v1/api-keys",
            Requirement::Personal,
            ("api_keys_create", "Create an API key; its secret is shown once"),
            create,
        )
        .get(
            "/api/v1/api-keys/{id}",
            Requirement::Known,
            About::new("api_keys_get", "Get an API key").also(&[403]),
            get,
        )
        .delete("/api/v1/api-keys/{id}", Requirement::Personal, ("api_keys_revoke", "Revoke an API key"), revoke)
}

/// A key never changes.
const VERSION: i64 = 1;

async fn list(
    Extension(caller): Extension<Caller>,
    query: Result<ListQuery, AppError>,
) -> Result<Json<Page<ApiKey>>, AppError> {
    let call = caller.person()?;
    Ok(Json(ops::list(&call, &query?).await?.map(|row| row.key)))
}

async fn get(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Versioned<ApiKey>, AppError> {
    let call = caller.person()?;
    Ok(versioned(VERSION, ops::get(&call, &id).await?.key))
}

async fn create(
    Extension(caller): Extension<Caller>,
    body: Result<Body<NewApiKey>, AppError>,
) -> Result<Created<ApiKey>, AppError> {
    let call = caller.personal()?;
    // Who may make none learns nothing of the body.
    ops::owner(&call)?;
    let Body(new) = body?;
    let made = ops::create(&call, new).await?.key;
    Ok(created(&format!("/api/v1/api-keys/{}", made.id), VERSION, made))
}

async fn revoke(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<NoContent, AppError> {
    let call = caller.personal()?;
    ops::revoke(&call, &id).await?;
    Ok(NoContent)
}
