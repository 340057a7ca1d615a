//! `/api/v1/integrations`.

use super::model::{ClientSecret, Integration, IntegrationChange, IntegrationRow, NewSecret};
use super::{ops, read, secrets};
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::resource::things::Things;
use crate::server::Call;
use crate::server::openapi::About;
use crate::server::rest::{Api, Body, Created, IfMatch, NoContent, Requirement, Versioned, created, versioned};
use crate::types::Status;
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
    const DISABLE: &str = "/api/v1/integrations/{id}/disable";
    const ENABLE: &str = "/api/v1/integrations/{id}/enable";
    let rotate_text = "The previous secret keeps working for the time you choose.";
    let delete =
        About::new("integrations_delete", "Delete an integration").text("Its tokens stop working immediately.");
    let integrations = Things {
        api: Api::of("Integrations", "Third-party clients, their permissions and their secrets."),
        look: READ,
        change: FULL,
        paths: ["/api/v1/integrations", "/api/v1/integrations/{id}"],
        shown: |row: IntegrationRow| row.integration,
        id: |it| &it.id,
        version: |it| it.version,
    };
    let integrations = integrations
        .list(("integrations_list", "List integrations"), &read::LISTING, read::list)
        .create(("integrations_create", "Create an integration; its secret is shown once"), ops::create_with_secret)
        .get(("integrations_get", "Get an integration"), read::get);
    let edit_about = ("integrations_edit", "Edit an integration");
    let api = integrations.api.patch("/api/v1/integrations/{id}", FULL, edit_about, edit);
    Things { api, ..integrations }
        .delete(delete, ops::delete)
        .status(DISABLE, ("integrations_disable", "Disable an integration"), ops::set_status, Status::Disabled)
        .status(ENABLE, ("integrations_enable", "Enable an integration"), ops::set_status, Status::Active)
        .part(
            "/api/v1/integrations/{id}/health",
            ("integrations_health", "Get an integration's health"),
            read::health_of,
        )
        .part(
            SECRETS,
            ("integrations_list_secrets", "List an integration's active secrets, without their values"),
            read::secrets,
        )
        .api
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
    let it = ops::edit(&call, &id, known, change).await?.integration;
    Ok(versioned(it.version, it))
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
