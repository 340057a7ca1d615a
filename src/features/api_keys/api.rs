use super::model::{ApiKey, Made, NewApiKey};
use crate::error::AppError;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// One's own keys.
#[server(prefix = "/fn", endpoint = "api_keys.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<ApiKey>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "api_keys.get", input = Json)]
pub async fn get(id: String) -> Result<ApiKey, AppError> {
    crate::server::door::open::<Get, _, _>(
        super::rest::FUNCTIONS,
        |call| async move { super::ops::get(&call, &id).await },
    )
    .await
}

/// Makes a key: its secret is in the answer and never again.
#[server(prefix = "/fn", endpoint = "api_keys.create", input = Json)]
pub async fn create(new: NewApiKey) -> Result<Made, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, new).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "api_keys.revoke", input = Json)]
pub async fn revoke(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Revoke, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::revoke(&call, &id).await
    })
    .await
}
