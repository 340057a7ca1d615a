use super::model::PasswordChange;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::Millis;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

#[server(prefix = "/fn", endpoint = "me.view", input = GetUrl)]
pub async fn view() -> Result<Me, AppError> {
    crate::server::door::open::<View, _, _>(super::rest::FUNCTIONS, |call| async move { super::ops::view(&call).await })
        .await
}

/// Replaces one's own password and gives the session a new cookie.
#[server(prefix = "/fn", endpoint = "me.change_password", input = Json)]
pub async fn change_password(change: PasswordChange) -> Result<(), AppError> {
    let response = use_context::<leptos_axum::ResponseOptions>();
    crate::server::door::open::<ChangePassword, _, _>(super::rest::FUNCTIONS, |call| async move {
        let cookie = super::ops::change_password(&call, change).await?;
        if let Some(response) = response {
            response.append_header(http::header::SET_COOKIE, cookie);
        }
        Ok(())
    })
    .await
}

/// Name, email and phone of one's own account.
#[server(prefix = "/fn", endpoint = "me.edit", input = Json)]
pub async fn edit(name: String, email: String, phone: String, version: i64) -> Result<(), AppError> {
    crate::server::door::open::<Edit, _, _>(super::rest::FUNCTIONS, |call| async move {
        super::ops::edit(&call, name, email, phone, version).await
    })
    .await
}

/// A person did something: moves the idle limit, and answers with the instant of that activity.
#[server(prefix = "/fn", endpoint = "me.act", input = Json)]
pub async fn act() -> Result<Millis, AppError> {
    crate::server::door::open::<Act, _, _>(super::rest::FUNCTIONS, |call| async move { super::ops::act(&call).await })
        .await
}
