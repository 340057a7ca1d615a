//! `/api/v1/integrations`.

use super::model::{ClientSecret, Health, Integration, IntegrationChange, IntegrationRow, NewIntegration, NewSecret};
use super::{ops, read, secrets};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::server::Call;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, Created, IfMatch, NoContent, Requirement, Versioned, created, versioned};
use crate::types::{ListQuery, Page, Status};
use axum::Json;
use axum::extract::Path;

const READ: Requirement = Requirement::Screen(Screen::Integrations, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Integrations, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/integrations.list", READ),
    ("/fn/integrations.detail", READ),
    ("/fn/integrations.choices", READ),
    ("/fn/integrations.draft", FULL),
    ("/fn/integrations.create", FULL),
    ("/fn/integrations.edit", FULL),
    ("/fn/integrations.set_status", FULL),
    ("/fn/integrations.delete", FULL),
    ("/fn/integrations.rotate", FULL),
    ("/fn/integrations.end_secret", FULL),
];

pub fn api() -> Api {
    const SECRETS: &str = "/api/v1/integrations/{id}/secrets";
    let delete_text = "Its tokens stop working immediately.";
    let rotate_text = "The previous secret keeps working for the time you choose.";
    Api::of("Integrations", "Third-party clients, their permissions and their secrets.")
        .list(
            "/api/v1/integrations",
            READ,
            ("integrations_list", "List integrations"),
            |schemas| read::LISTING.parameters(schemas),
            list,
        )
        .post(
            "/api/v1/integrations",
            FULL,
            ("integrations_create", "Create an integration; its secret is shown once"),
            create,
        )
        .get("/api/v1/integrations/{id}", READ, ("integrations_get", "Get an integration"), get)
        .patch("/api/v1/integrations/{id}", FULL, ("integrations_edit", "Edit an integration"), edit)
        .delete(
            "/api/v1/integrations/{id}",
            FULL,
            About::new("integrations_delete", "Delete an integration").text(delete_text),
            delete,
        )
        .post("/api/v1/integrations/{id}/disable", FULL, ("integrations_disable", "Disable an integration"), disable)
        .post("/api/v1/integrations/{id}/enable", FULL, ("integrations_enable", "Enable an integration"), enable)
        .get("/api/v1/integrations/{id}/health", READ, ("integrations_health", "Get an integration's health"), health)
        .get(
            SECRETS,
            READ,
            ("integrations_list_secrets", "List an integration's active secrets, without their values"),
            list_secrets,
        )
        .post(
            SECRETS,
            FULL,
            About::new("integrations_rotate", "Rotate an integration's secret; the new one is shown once")
                .text(rotate_text),
            rotate,
        )
        .delete(
            "/api/v1/integrations/{id}/secrets/{secret_id}",
            FULL,
            ("integrations_end_secret", "Revoke a secret and the tokens issued for it"),
            end_secret,
        )
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Integration>>, AppError> {
    Ok(Json(read::list(&call, &query?).await?.map(|row| row.integration)))
}

fn answer(row: IntegrationRow) -> Versioned<Integration> {
    versioned(row.integration.version, row.integration)
}

async fn get(call: Call, Path(id): Path<String>) -> Result<Versioned<Integration>, AppError> {
    Ok(answer(read::get(&call, &id).await?))
}

async fn create(call: Call, body: Result<Body<NewIntegration>, AppError>) -> Result<Created<Integration>, AppError> {
    let Body(new) = body?;
    let made = ops::create(&call, new, None).await?.integration;
    Ok(created(&format!("/api/v1/integrations/{}", made.id), made.version, made))
}

async fn edit(
    call: Call,
    Path(id): Path<String>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<IntegrationChange>, AppError>,
) -> Result<Versioned<Integration>, AppError> {
    let now = read::get(&call, &id).await?;
    let (IfMatch(known), Body(change)) = (known?, body?);
    // What the body leaves out is what was just read: it must still stand when it is written.
    let known = if change.is_whole() { known } else { known.or(Some(now.integration.version)) };
    Ok(answer(ops::edit(&call, &id, known, change).await?))
}

async fn delete(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    ops::delete(&call, &id).await?;
    Ok(NoContent)
}

async fn disable(call: Call, Path(id): Path<String>) -> Result<Versioned<Integration>, AppError> {
    Ok(answer(ops::set_status(&call, &id, Status::Disabled).await?))
}

async fn enable(call: Call, Path(id): Path<String>) -> Result<Versioned<Integration>, AppError> {
    Ok(answer(ops::set_status(&call, &id, Status::Active).await?))
}

async fn health(call: Call, Path(id): Path<String>) -> Result<Json<Health>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.health))
}

/// The live secrets, two at the most: never what they are.
async fn list_secrets(call: Call, Path(id): Path<String>) -> Result<Json<Vec<ClientSecret>>, AppError> {
    Ok(Json(read::detail(&call, &id).await?.secrets))
}

async fn rotate(
    call: Call,
    Path(id): Path<String>,
    body: Result<Body<NewSecret>, AppError>,
) -> Result<Created<ClientSecret>, AppError> {
    read::get(&call, &id).await?;
    let Body(NewSecret { overlap_hours }) = body?;
    let made = secrets::rotate(&call, &id, overlap_hours).await?;
    Ok(created(&format!("/api/v1/integrations/{id}/secrets/{}", made.id), 1, made))
}

async fn end_secret(call: Call, Path((id, secret_id)): Path<(String, String)>) -> Result<NoContent, AppError> {
    secrets::remove(&call, &id, &secret_id).await?;
    Ok(NoContent)
}
