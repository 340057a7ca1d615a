use super::model::{KeyRow, NewApiKey};
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

/// One's own keys.
#[server(prefix = "/fn", endpoint = "api_keys.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<KeyRow>, AppError> {
    crate::server::door::answer!(List, |call| super::ops::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "api_keys.get", input = Json, output = Json)]
pub async fn get(id: String) -> Result<KeyRow, AppError> {
    crate::server::door::answer!(Get, |call| super::ops::get(&call, &id).await)
}

/// Makes a key: its secret is in the answer and never again.
#[server(prefix = "/fn", endpoint = "api_keys.create", input = Json, output = Json)]
pub async fn create(new: NewApiKey) -> Result<KeyRow, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new).await)
}

#[server(prefix = "/fn", endpoint = "api_keys.revoke", input = Json, output = Json)]
pub async fn revoke(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Revoke, |call| super::ops::revoke(&call, &id).await)
}
