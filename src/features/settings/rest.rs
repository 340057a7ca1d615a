//! `/api/v1/settings`: of the organization, and the mail that waits.

use super::model::{MailServer, Settings, SettingsChange, Taken};
use super::ops;
use crate::access::{Level, Screen};
use crate::error::AppError;
use crate::features::mail::model::Mail;
use crate::features::mail::ops as mails;
use crate::server::Call;
use crate::server::openapi::{About, Id, Time};
use crate::server::rest::{Api, Body, Declared, IfMatch, NoContent, Versioned, versioned};
use crate::types::{ListQuery, Page, rfc3339};
use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Settings, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Settings, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/settings.get", READ),
    ("/fn/settings.edit", FULL),
    ("/fn/settings.idle_effect", FULL),
    ("/fn/settings.test_mail", FULL),
    ("/fn/settings.mails", READ),
    ("/fn/settings.retry_mail", FULL),
    ("/fn/settings.remove_mail", FULL),
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
            |schemas| mails::LISTING.parameters(schemas),
            list,
        )
        .post("/api/v1/settings/mails/{id}/retry", FULL, ("settings_retry_mail", "Try to send a mail again now"), retry)
        .delete("/api/v1/settings/mails/{id}", FULL, ("settings_remove_mail", "Delete an unsent mail"), remove)
}

/// The settings as the HTTP API shows them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Settings")]
struct SettingsJson {
    name: String,
    /// 0 means never.
    inactivity_minutes: i64,
    version: i64,
    /// Null without a mail server. The operator configures it, not the API.
    mail: Option<MailServerJson>,
}

/// The mail server, without its password.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MailServer")]
struct MailServerJson {
    /// Host and port.
    server: String,
    from: String,
    /// Whether the connection is encrypted, in words.
    privacy: String,
}

impl From<MailServer> for MailServerJson {
    fn from(MailServer { server, from, privacy }: MailServer) -> Self {
        MailServerJson { server, from, privacy }
    }
}

impl From<Settings> for SettingsJson {
    fn from(it: Settings) -> Self {
        let Settings { name, inactivity_minutes, version, mail, .. } = it;
        SettingsJson { name, inactivity_minutes, version, mail: mail.map(MailServerJson::from) }
    }
}

async fn get(call: Call) -> Result<Versioned<SettingsJson>, AppError> {
    let settings = ops::get(&call).await?;
    Ok(versioned(settings.version, SettingsJson::from(settings)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SettingsChange")]
struct EditBody {
    name: Option<String>,
    inactivity_minutes: Option<i64>,
}

async fn edit(
    call: Call,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Versioned<SettingsJson>, AppError> {
    let (IfMatch(known), Body(body)) = (known?, body?);
    let change = SettingsChange { name: body.name, inactivity_minutes: body.inactivity_minutes };
    let settings = ops::edit(&call, Screen::Settings, known, change).await?;
    Ok(versioned(settings.version, SettingsJson::from(settings)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestMail")]
struct TestBody {
    to: String,
}

async fn test_mail(call: Call, body: Result<Body<TestBody>, AppError>) -> Result<Json<TakenJson>, AppError> {
    let Body(body) = body?;
    let Taken { to, answer } = ops::test_mail(&call, &body.to).await?;
    Ok(Json(TakenJson { to, answer }))
}

/// The mail server's response when it accepted the mail.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MailTaken")]
struct TakenJson {
    to: String,
    answer: String,
}

/// A mail as the HTTP API shows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Mail")]
struct MailJson {
    #[schemars(with = "Id")]
    id: String,
    kind: String,
    #[schemars(with = "Id")]
    user_id: String,
    to: String,
    #[schemars(extend("enum" = ["waiting", "failed"]))]
    status: &'static str,
    #[schemars(with = "Time")]
    created_at: String,
    tries: i64,
    #[schemars(with = "Option<Time>")]
    last_try_at: Option<String>,
    /// Null once Doorward has given up.
    #[schemars(with = "Option<Time>")]
    next_try_at: Option<String>,
    /// The mail server's response to the last attempt.
    last_error: Option<String>,
}

impl From<Mail> for MailJson {
    fn from(mail: Mail) -> Self {
        MailJson {
            id: mail.id,
            kind: mail.kind,
            user_id: mail.user_id,
            to: mail.to,
            status: if mail.next_try_at.is_some() { "waiting" } else { "failed" },
            created_at: rfc3339(mail.created_at),
            tries: mail.tries,
            last_try_at: mail.last_try_at.map(rfc3339),
            next_try_at: mail.next_try_at.map(rfc3339),
            last_error: Some(mail.last_error).filter(|said| !said.is_empty()),
        }
    }
}

async fn list(call: Call, query: Result<ListQuery, AppError>) -> Result<Json<Page<MailJson>>, AppError> {
    Ok(Json(mails::list(&call, &query?).await?.map(MailJson::from)))
}

async fn retry(call: Call, Path(id): Path<String>) -> Result<Json<MailJson>, AppError> {
    Ok(Json(MailJson::from(mails::retry(&call, &id).await?)))
}

async fn remove(call: Call, Path(id): Path<String>) -> Result<NoContent, AppError> {
    mails::remove(&call, &id).await?;
    Ok(NoContent)
}
