use super::model::{ApiUser, ApiUserChange, Detail, Made, NewApiUser};
use crate::error::AppError;
use crate::features::integrations::model::Status;
use crate::types::{ListQuery, Millis, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "api_users.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<ApiUser>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::list(&call, &query).await
    })
    .await
}

/// All of the page of one API user.
#[server(prefix = "/fn", endpoint = "api_users.detail", input = Json)]
pub async fn look(id: String) -> Result<Detail, AppError> {
    crate::server::door::open::<Look, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::detail(&call, &id).await
    })
    .await
}

/// With its access token, which is shown now and never again.
#[server(prefix = "/fn", endpoint = "api_users.create", input = Json)]
pub async fn create(new: NewApiUser) -> Result<Made, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, new).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "api_users.edit", input = Json)]
pub async fn edit(id: String, version: i64, change: ApiUserChange) -> Result<ApiUser, AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, &id, Some(version), change).await
    })
    .await
}

/// Disables or enables.
#[server(prefix = "/fn", endpoint = "api_users.set_status", input = Json)]
pub async fn set_status(id: String, status: Status) -> Result<ApiUser, AppError> {
    crate::server::door::open::<SetStatus, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::set_status(&call, &id, status).await
    })
    .await
}

/// A new access token in the place of the one before, which opens nothing any more.
#[server(prefix = "/fn", endpoint = "api_users.replace_token", input = Json)]
pub async fn replace_token(id: String, expires_at: Option<Millis>) -> Result<Made, AppError> {
    crate::server::door::open::<ReplaceToken, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::replace_token(&call, &id, expires_at).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "api_users.delete", input = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Delete, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::delete(&call, &id).await
    })
    .await
}
