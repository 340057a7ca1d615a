use super::model::{Inactivity, MailTaken, SettingsChange, SettingsView};
use crate::error::AppError;
use crate::features::mail::model::MailRow;
use crate::types::{Json, ListQuery, Page};
use leptos::prelude::*;

#[server(prefix = "/fn", endpoint = "settings.get", input = Json, output = Json)]
pub async fn get() -> Result<SettingsView, AppError> {
    crate::server::door::answer!(Get, |call| super::ops::get(&call).await)
}

#[server(prefix = "/fn", endpoint = "settings.edit", input = Json, output = Json)]
pub async fn edit(version: i64, change: SettingsChange) -> Result<SettingsView, AppError> {
    let screen = crate::access::Screen::Settings;
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, screen, Some(version), change).await)
}

#[server(prefix = "/fn", endpoint = "settings.test_mail", input = Json, output = Json)]
pub async fn test_mail(to: String) -> Result<MailTaken, AppError> {
    crate::server::door::answer!(TestMail, |call| super::ops::test_mail(&call, &to).await)
}

/// The mail that waits or was given up.
#[server(prefix = "/fn", endpoint = "settings.mails", input = Json, output = Json)]
pub async fn mails(query: ListQuery) -> Result<Page<MailRow>, AppError> {
    crate::server::door::answer!(Mails, |call| crate::features::mail::ops::list(&call, &query).await)
}

#[server(prefix = "/fn", endpoint = "settings.retry_mail", input = Json, output = Json)]
pub async fn retry_mail(id: String) -> Result<MailRow, AppError> {
    crate::server::door::answer!(RetryMail, |call| crate::features::mail::ops::retry(&call, &id).await)
}

#[server(prefix = "/fn", endpoint = "settings.remove_mail", input = Json, output = Json)]
pub async fn remove_mail(id: String) -> Result<(), AppError> {
    crate::server::door::answer!(RemoveMail, |call| crate::features::mail::ops::remove(&call, &id).await)
}

/// How many people this limit of inactivity would sign out at once.
#[server(prefix = "/fn", endpoint = "settings.idle_effect", input = Json, output = Json)]
pub async fn idle_effect(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Settings;
    crate::server::door::answer!(IdleEffect, |call| super::ops::would_sign_out(&call, screen, minutes).await)
}

/// The limit of inactivity, as it is changed on the screen of sessions.
#[server(prefix = "/fn", endpoint = "sessions.idle_limit", input = Json, output = Json)]
pub async fn limit_at_sessions() -> Result<Inactivity, AppError> {
    crate::server::door::answer!(LimitAtSessions, |call| super::ops::limit_at_sessions(&call).await)
}

#[server(prefix = "/fn", endpoint = "sessions.set_idle_limit", input = Json, output = Json)]
pub async fn set_limit_at_sessions(minutes: i64, version: Option<i64>) -> Result<(), AppError> {
    crate::server::door::answer!(SetLimitAtSessions, |call| {
        super::ops::set_limit_at_sessions(&call, minutes, version).await
    })
}

/// How many people this limit of inactivity would sign out at once.
#[server(prefix = "/fn", endpoint = "sessions.idle_effect", input = Json, output = Json)]
pub async fn effect_at_sessions(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Sessions;
    crate::server::door::answer!(EffectAtSessions, |call| super::ops::would_sign_out(&call, screen, minutes).await)
}
