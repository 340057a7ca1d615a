//! `/api/v1/settings`: of the organization, and the mail that waits.

use super::model::{MailServer, Settings, SettingsChange, Taken};
use super::ops;
use crate::access::{Level, Need, Screen};
use crate::error::AppError;
use crate::features::mail::model::{Mail, MailQuery};
use crate::features::mail::ops as mails;
use crate::server::Caller;
use crate::server::rest::{Api, Body, Declared, IfMatch, Params, versioned};
use crate::types::{Count, rfc3339};
use axum::extract::Path;
use axum::response::Response;
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};

const READ: Declared = Declared::Screen(Screen::Settings, Level::Read);
const FULL: Declared = Declared::Screen(Screen::Settings, Level::Full);

pub const FUNCTIONS: &[(&str, Declared)] = &[
    ("/fn/settings.get", READ),
    ("/fn/settings.edit", FULL),
    ("/fn/settings.test_mail", FULL),
    ("/fn/settings.mails", READ),
    ("/fn/settings.retry_mail", FULL),
    ("/fn/settings.remove_mail", FULL),
];

pub fn api() -> Api {
    Api::default()
        .get("/api/v1/settings", READ, get)
        .patch("/api/v1/settings", FULL, edit)
        .post("/api/v1/settings/test-mail", FULL, test_mail)
        .get("/api/v1/settings/mails", READ, list)
        .post("/api/v1/settings/mails/{id}/retry", FULL, retry)
        .delete("/api/v1/settings/mails/{id}", FULL, remove)
}

/// The settings as the HTTP API shows them.
#[derive(Serialize)]
struct SettingsJson {
    name: String,
    /// 0 is never.
    inactivity_minutes: i64,
    version: i64,
    /// Null without a mail server. Set by the operator, not here.
    mail: Option<MailServer>,
}

impl From<Settings> for SettingsJson {
    fn from(it: Settings) -> Self {
        let Settings { name, inactivity_minutes, version, mail, .. } = it;
        SettingsJson { name, inactivity_minutes, version, mail }
    }
}

async fn get(Extension(caller): Extension<Caller>) -> Result<Response, AppError> {
    let call = caller.allow(&Need::read(Screen::Settings)).await?;
    let settings = ops::get(&call).await?;
    Ok(versioned(settings.version, SettingsJson::from(settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    name: Option<String>,
    inactivity_minutes: Option<i64>,
}

async fn edit(
    Extension(caller): Extension<Caller>,
    known: Result<IfMatch, AppError>,
    body: Result<Body<EditBody>, AppError>,
) -> Result<Response, AppError> {
    let call = caller.allow(&Need::full(Screen::Settings)).await?;
    let (IfMatch(known), Body(body)) = (known?, body?);
    let change = SettingsChange { name: body.name, inactivity_minutes: body.inactivity_minutes };
    let settings = ops::edit(&call, Screen::Settings, known, change).await?;
    Ok(versioned(settings.version, SettingsJson::from(settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestBody {
    to: String,
}

async fn test_mail(
    Extension(caller): Extension<Caller>,
    body: Result<Body<TestBody>, AppError>,
) -> Result<Json<Taken>, AppError> {
    let call = caller.allow(&Need::full(Screen::Settings)).await?;
    let Body(body) = body?;
    Ok(Json(ops::test_mail(&call, &body.to).await?))
}

/// A mail as the HTTP API shows it.
#[derive(Serialize)]
struct MailJson {
    id: String,
    kind: String,
    user_id: String,
    to: String,
    status: &'static str,
    created_at: String,
    tries: i64,
    last_try_at: Option<String>,
    /// Null once it was given up.
    next_try_at: Option<String>,
    /// What the mail server said to the last try.
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

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ListParams {
    limit: Option<i64>,
    cursor: String,
    sort: String,
    status: String,
}

#[derive(Serialize)]
struct ListJson {
    items: Vec<MailJson>,
    next_cursor: Option<String>,
    count: Count,
}

async fn list(
    Extension(caller): Extension<Caller>,
    params: Result<Params<ListParams>, AppError>,
) -> Result<Json<ListJson>, AppError> {
    let call = caller.allow(&Need::read(Screen::Settings)).await?;
    let Params(params) = params?;
    let query = MailQuery { status: params.status, sort: params.sort, cursor: params.cursor, limit: params.limit };
    let page = mails::list(&call, &query).await?;
    let items = page.items.into_iter().map(MailJson::from).collect();
    Ok(Json(ListJson { items, next_cursor: page.next_cursor, count: page.count }))
}

async fn retry(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<MailJson>, AppError> {
    let call = caller.allow(&Need::full(Screen::Settings)).await?;
    Ok(Json(MailJson::from(mails::retry(&call, &id).await?)))
}

async fn remove(Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, AppError> {
    let call = caller.allow(&Need::full(Screen::Settings)).await?;
    mails::remove(&call, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
