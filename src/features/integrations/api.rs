use super::model::{ClientSecret, Detail, Draft, FormChoices, IntegrationChange, IntegrationRow, NewIntegration};
use crate::error::AppError;
use crate::types::{Json, ListQuery, Page, Status};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "integrations.list", input = Json, output = Json)]
pub async fn list(query: ListQuery) -> Result<Page<IntegrationRow>, AppError> {
    crate::server::door::answer!(List, |call| super::read::list(&call, &query).await)
}

/// All of the page of one integration.
#[server(prefix = "/fn", endpoint = "integrations.detail", input = Json, output = Json)]
pub async fn look(id: String) -> Result<Detail, AppError> {
    crate::server::door::answer!(Look, |call| super::read::detail(&call, &id).await)
}

/// What the form offers.
#[server(prefix = "/fn", endpoint = "integrations.choices", input = Json, output = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::answer!(Choices, |call| super::read::choices(&call).await)
}

/// Generates a secret: it is shown now and never again.
#[server(prefix = "/fn", endpoint = "integrations.draft", input = Json, output = Json)]
pub async fn generate() -> Result<Draft, AppError> {
    crate::server::door::answer!(Generate, |call| super::secrets::draft(&call).await)
}

/// With the secret of a draft, or with one that the answer shows.
#[server(prefix = "/fn", endpoint = "integrations.create", input = Json, output = Json)]
pub async fn create(new: NewIntegration, draft_id: Option<String>) -> Result<IntegrationRow, AppError> {
    crate::server::door::answer!(Create, |call| super::ops::create(&call, new, draft_id.as_deref()).await)
}

#[server(prefix = "/fn", endpoint = "integrations.edit", input = Json, output = Json)]
pub async fn edit(id: String, version: i64, change: IntegrationChange) -> Result<IntegrationRow, AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, &id, Some(version), change).await)
}

/// Disables or enables.
#[server(prefix = "/fn", endpoint = "integrations.set_status", input = Json, output = Json)]
pub async fn set_status(id: String, status: Status) -> Result<IntegrationRow, AppError> {
    crate::server::door::answer!(SetStatus, |call| super::ops::set_status(&call, &id, status).await)
}

#[server(prefix = "/fn", endpoint = "integrations.delete", input = Json, output = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(Delete, |call| super::ops::delete(&call, &id).await)
}

/// A second secret, beside the first for so many hours.
#[server(prefix = "/fn", endpoint = "integrations.rotate", input = Json, output = Json)]
pub async fn rotate(id: String, overlap_hours: i64) -> Result<ClientSecret, AppError> {
    crate::server::door::answer!(Rotate, |call| super::secrets::rotate(&call, &id, overlap_hours).await)
}

#[server(prefix = "/fn", endpoint = "integrations.end_secret", input = Json, output = Json)]
pub async fn end_secret(id: String, secret_id: String) -> Result<(), AppError> {
    crate::server::door::answer!(EndSecret, |call| super::secrets::remove(&call, &id, &secret_id).await)
}
