use super::model::PasswordChange;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::{Json, Millis};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

#[server(prefix = "/fn", endpoint = "me.view", input = GetUrl, output = Json)]
pub async fn view() -> Result<Me, AppError> {
    crate::server::door::answer!(View, |call| super::ops::view(&call).await)
}

/// Replaces one's own password and gives the session a new cookie.
#[server(prefix = "/fn", endpoint = "me.change_password", input = Json, output = Json)]
pub async fn change_password(change: PasswordChange) -> Result<(), AppError> {
    let response = use_context::<leptos_axum::ResponseOptions>();
    crate::server::door::answer!(ChangePassword, |call| {
        let cookie = super::ops::change_password(&call, change).await?;
        if let Some(response) = response {
            response.append_header(http::header::SET_COOKIE, cookie);
        }
        Ok(())
    })
}

/// Name, email and phone of one's own account.
#[server(prefix = "/fn", endpoint = "me.edit", input = Json, output = Json)]
pub async fn edit(name: String, email: String, phone: String, version: i64) -> Result<(), AppError> {
    crate::server::door::answer!(Edit, |call| super::ops::edit(&call, name, email, phone, version).await)
}

/// A person did something: moves the idle limit, and answers with the instant of that activity.
#[server(prefix = "/fn", endpoint = "me.act", input = Json, output = Json)]
pub async fn act() -> Result<Millis, AppError> {
    crate::server::door::answer!(Act, |call| super::ops::act(&call).await)
}
