use super::model::{Detail, Draft, FormChoices, Integration, Made, NewIntegration, NewSecret, Rights, Status};
use crate::error::AppError;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "integrations.list", input = Json)]
pub async fn list(query: ListQuery) -> Result<Page<Integration>, AppError> {
    crate::server::door::open::<List, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::list(&call, &query).await
    })
    .await
}

/// All of the page of one integration.
#[server(prefix = "/fn", endpoint = "integrations.detail", input = Json)]
pub async fn look(id: String) -> Result<Detail, AppError> {
    crate::server::door::open::<Look, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::detail(&call, &id).await
    })
    .await
}

/// What the form offers.
#[server(prefix = "/fn", endpoint = "integrations.choices", input = Json)]
pub async fn choices() -> Result<FormChoices, AppError> {
    crate::server::door::open::<Choices, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::read::choices(&call).await
    })
    .await
}

/// Generates a secret: it is shown now and never again.
#[server(prefix = "/fn", endpoint = "integrations.draft", input = Json)]
pub async fn generate() -> Result<Draft, AppError> {
    crate::server::door::open::<Generate, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::secrets::draft(&call).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "integrations.create", input = Json)]
pub async fn create(new: NewIntegration) -> Result<Made, AppError> {
    crate::server::door::open::<Create, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::create(&call, new).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "integrations.edit", input = Json)]
pub async fn edit(id: String, version: i64, rights: Rights) -> Result<Integration, AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, &id, Some(version), rights).await
    })
    .await
}

/// Disables or enables.
#[server(prefix = "/fn", endpoint = "integrations.set_status", input = Json)]
pub async fn set_status(id: String, status: Status) -> Result<Integration, AppError> {
    crate::server::door::open::<SetStatus, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::set_status(&call, &id, status).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "integrations.delete", input = Json)]
pub async fn delete(id: String) -> Result<(), AppError> {
    crate::server::door::open::<Delete, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::delete(&call, &id).await
    })
    .await
}

/// A second secret, beside the first for so many hours.
#[server(prefix = "/fn", endpoint = "integrations.rotate", input = Json)]
pub async fn rotate(id: String, overlap_hours: i64) -> Result<NewSecret, AppError> {
    crate::server::door::open::<Rotate, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::secrets::rotate(&call, &id, overlap_hours).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "integrations.end_secret", input = Json)]
pub async fn end_secret(id: String, secret_id: String) -> Result<(), AppError> {
    crate::server::door::open::<EndSecret, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::secrets::remove(&call, &id, &secret_id).await
    })
    .await
}
