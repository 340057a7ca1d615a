//! `/api/v1/api-keys`: one's own keys. They are made and revoked at the console's session alone.

use super::model::{ApiKey, KeyRow, NewApiKey};
use super::ops;
use crate::error::AppError;
use crate::resource::things::Things;
use crate::server::Call;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, Created, Requirement, created};
use crate::types::{ListQuery, Page};
use axum::Json;

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/api_keys.list", Requirement::Personal),
    ("/fn/api_keys.get", Requirement::Personal),
    ("/fn/api_keys.create", Requirement::Personal),
    ("/fn/api_keys.revoke", Requirement::Personal),
];

pub fn api() -> Api {
    const ALL: &str = "/api/v1/api-keys";
    let list_about = About::new("api_keys_list", "List your API keys").also(&[403]);
    let api = Api::of("API keys", "The caller's own API keys, which act as their owner.")
        .list(ALL, Requirement::Known, list_about, &ops::LISTING, list)
        .post(ALL, Requirement::Personal, ("api_keys_create", "Create an API key; its secret is shown once"), create);
    let keys = Things {
        api,
        look: Requirement::Known,
        change: Requirement::Personal,
        paths: [ALL, "/api/v1/api-keys/{id}"],
        shown: |row: KeyRow| row.key,
        id: |key| &key.id,
        version: |_| VERSION,
    };
    keys.get(About::new("api_keys_get", "Get an API key").also(&[403]), ops::get)
        .delete(("api_keys_revoke", "Revoke an API key"), ops::revoke)
        .api
}

/// A key never changes.
const VERSION: i64 = 1;

// Who has no keys learns nothing of what was asked.
async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<ApiKey>>, AppError> {
    ops::owner(&call)?;
    Ok(Json(ops::list(&call, &query?).await?.map(|row| row.key)))
}

async fn create(call: Call, body: Result<Body<NewApiKey>, AppError>) -> Result<Created<ApiKey>, AppError> {
    ops::owner(&call)?;
    let Body(new) = body?;
    let made = ops::create(&call, new).await?.key;
    Ok(created(&format!("/api/v1/api-keys/{}", made.id), VERSION, made))
}
