use super::model::{Settings, SettingsChange, Taken};
use crate::error::AppError;
use crate::features::mail::model::Mail;
use crate::types::{ListQuery, Page};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[server(prefix = "/fn", endpoint = "settings.get", input = Json)]
pub async fn get() -> Result<Settings, AppError> {
    crate::server::door::open::<Get, _, _>(super::rest::FUNCTIONS, |call| async move { super::ops::get(&call).await })
        .await
}

#[server(prefix = "/fn", endpoint = "settings.edit", input = Json)]
pub async fn edit(version: i64, change: SettingsChange) -> Result<Settings, AppError> {
    let screen = crate::access::Screen::Settings;
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, screen, Some(version), change).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "settings.test_mail", input = Json)]
pub async fn test_mail(to: String) -> Result<Taken, AppError> {
    crate::server::door::open::<TestMail, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::test_mail(&call, &to).await
    })
    .await
}

/// The mail that waits or was given up.
#[server(prefix = "/fn", endpoint = "settings.mails", input = Json)]
pub async fn mails(query: ListQuery) -> Result<Page<Mail>, AppError> {
    crate::server::door::open::<Mails, _, _>(super::rest::FUNCTIONS, |call| async move {
        crate::features::mail::ops::list(&call, &query).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "settings.retry_mail", input = Json)]
pub async fn retry_mail(id: String) -> Result<Mail, AppError> {
    crate::server::door::open::<RetryMail, _, _>(super::rest::FUNCTIONS, |call| async move {
        crate::features::mail::ops::retry(&call, &id).await
    })
    .await
}

#[server(prefix = "/fn", endpoint = "settings.remove_mail", input = Json)]
pub async fn remove_mail(id: String) -> Result<(), AppError> {
    crate::server::door::open::<RemoveMail, _, _>(super::rest::FUNCTIONS, |call| async move {
        crate::features::mail::ops::remove(&call, &id).await
    })
    .await
}

/// How many people this limit of inactivity would sign out at once.
#[server(prefix = "/fn", endpoint = "settings.idle_effect", input = Json)]
pub async fn idle_effect(minutes: i64) -> Result<i64, AppError> {
    let screen = crate::access::Screen::Settings;
    crate::server::door::open::<IdleEffect, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::would_sign_out(&call, screen, minutes).await
    })
    .await
}
