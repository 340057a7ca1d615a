use super::model::{ApiUserChange, ApiUserRow, Detail, NewApiUser};
use crate::error::AppError;
use crate::types::{Instant, Json, ListQuery, Page, Status};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "api_users.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<ApiUserRow>, AppError> {
    crate::server::door::answer!(List, |call| super::read::list(&call, &query).await)
}

/// All of the page of one API user.
#[server(prefix = "/fn", endpoint = "api_users.detail", input = Json, output = Json)]
pub async fn look(id: String) -> Result<Detail, AppError> {
    crate::server::door::answer!(Look, |call| super::read::detail(&call, &id).await)
}

/// With its access token, which is shown now and never again.
#[server(prefix = "/fn", endpoint = "api_users.create", input = Json, output = Json)]
pub async fn create(new: NewApiUser) -> Result<ApiUserRow, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new).await)
}

#[server(prefix = "/fn", endpoint = "api_users.edit", input = Json, output = Json)]
pub async fn edit(id: String, version: i64, change: ApiUserChange) -> Result<ApiUserRow, AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, &id, Some(version), change).await)
}

/// Disables or enables.
#[server(prefix = "/fn", endpoint = "api_users.set_status", input = Json, output = Json)]
pub async fn set_status(id: String, status: Status) -> Result<ApiUserRow, AppError> {
    crate::server::door::answer!(SetStatus, |call| super::ops::set_status(&call, &id, status).await)
}

/// A new access token in the place of the one before, which opens nothing any more.
#[server(prefix = "/fn", endpoint = "api_users.replace_token", input = Json, output = Json)]
pub async fn replace_token(id: String, expires_at: Option<Instant>) -> Result<ApiUserRow, AppError> {
    let new = super::model::NewApiUserToken { expires_at };
    crate::server::door::answer!(ReplaceToken, |call| super::ops::replace_token(&call, &id, new).await)
}

#[server(prefix = "/fn", endpoint = "api_users.delete", input = Json, output = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Delete, |call| super::ops::delete(&call, &id).await)
}
