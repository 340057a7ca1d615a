//! `/api/v1/settings`: of the organization, and the mail that waits.

use super::model::{MailTaken, Settings, SettingsChange};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::features::mail::model::{Mail, MailStatus};
use crate::features::mail::ops as mails;
use crate::server::Call;
use crate::server::openapi::{About, words};
use crate::server::rest::{Api, Body, IfMatch, NoContent, Requirement, Versioned, versioned};
use crate::types::{ListQuery, Page};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Deserialize;

const READ: Requirement = Requirement::Screen(Screen::Settings, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Settings, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/settings.get", READ),
    ("/fn/settings.edit", FULL),
    ("/fn/settings.idle_effect", FULL),
    ("/fn/settings.test_mail", FULL),
    ("/fn/settings.mails", READ),
    ("/fn/settings.retry_mail", FULL),
    ("/fn/settings.remove_mail", FULL),
    ("/fn/sessions.idle_limit", Requirement::Screen(Screen::Sessions, Level::Read)),
    ("/fn/sessions.set_idle_limit", Requirement::Screen(Screen::Sessions, Level::Full)),
    ("/fn/sessions.idle_effect", Requirement::Screen(Screen::Sessions, Level::Full)),
];

pub fn api() -> Api {
    let edit_text = "A shorter `inactivity_minutes` immediately signs out everyone who has been inactive for longer.";
    let test = "The answer and the error contain the mail server's response.";
    Api::of("Settings", "The organization's settings and its outgoing mail.")
        .get("/api/v1/settings", READ, ("settings_get", "Get the settings"), get)
        .patch("/api/v1/settings", FULL, About::new("settings_edit", "Edit the settings").text(edit_text), edit)
        .post(
            "/api/v1/settings/test-mail",
            FULL,
            About::new("settings_test_mail", "Send a test mail").text(test).also(&[409]),
            test_mail,
        )
        .list(
            "/api/v1/settings/mails",
            READ,
            ("settings_list_mails", "List outgoing mail, waiting or given up"),
            &mails::LISTING,
            list,
        )
        .post("/api/v1/settings/mails/{id}/retry", FULL, ("settings_retry_mail", "Try to send a mail again now"), retry)
        .delete("/api/v1/settings/mails/{id}", FULL, ("settings_remove_mail", "Delete an unsent mail"), remove)
}

async fn get(call: Call) -> Result<Versioned<Settings>, AppError> {
    let settings = ops::get(&call).await?.settings;
    Ok(versioned(settings.version, settings))
}

async fn edit(
    call: Call,
    known: Result<IfMatch, AppError>,
    body: Result<Body<SettingsChange>, AppError>,
) -> Result<Versioned<Settings>, AppError> {
    let (IfMatch(known), Body(change)) = (known?, body?);
    let settings = ops::edit(&call, Screen::Settings, known, change).await?.settings;
    Ok(versioned(settings.version, settings))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestMail")]
struct TestBody {
    to: String,
}

async fn test_mail(call: Call, body: Result<Body<TestBody>, AppError>) -> Result<Json<MailTaken>, AppError> {
    let Body(body) = body?;
    Ok(Json(ops::test_mail(&call, &body.to).await?))
}

words!(MailStatus, "MailStatus", MailStatus::ALL.map(MailStatus::code));

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<Mail>>, AppError> {
    Ok(Json(mails::list(&call, &query?).await?.map(|row| row.mail)))
}

async fn retry(call: Call, Path(id): Path<String>) -> Result<Json<Mail>, AppError> {
    Ok(Json(mails::retry(&call, &id).await?.mail))
}

async fn remove(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    mails::remove(&call, &id).await?;
    Ok(NoContent)
}
