//! `/api/v1/api-users`.

use super::model::ApiUserRow;
use super::{ops, read};
use crate::access::{Level, Screen};
use crate::resource::things::Things;
use crate::server::openapi::About;
use crate::server::rest::{Api, Requirement};
use crate::types::Status;

const READ: Requirement = Requirement::Screen(Screen::Members, Level::Read);
const FULL: Requirement = Requirement::Screen(Screen::Members, Level::Full);

pub const FUNCTIONS: &[(&str, Requirement)] = &[
    ("/fn/api_users.list", READ),
    ("/fn/api_users.detail", READ),
    ("/fn/api_users.create", FULL),
    ("/fn/api_users.edit", FULL),
    ("/fn/api_users.set_status", FULL),
    ("/fn/api_users.replace_token", FULL),
    ("/fn/api_users.delete", FULL),
];

pub fn api() -> Api {
    const DISABLE: &str = "/api/v1/api-users/{id}/disable";
    const ENABLE: &str = "/api/v1/api-users/{id}/enable";
    let replaced = "The previous token stops working immediately; the new one is shown once.";
    let replace = About::new("api_users_replace_token", "Replace the access token of an API user").text(replaced);
    let api_users = Things {
        api: Api::of("API users", "Service accounts of the organization, each with one access token."),
        look: READ,
        change: FULL,
        paths: ["/api/v1/api-users", "/api/v1/api-users/{id}"],
        shown: |row: ApiUserRow| row.api_user,
        id: |it| &it.id,
        version: |it| it.version,
    };
    api_users
        .list(("api_users_list", "List API users"), &read::LISTING, read::list)
        .create(("api_users_create", "Create an API user; its access token is shown once"), ops::create)
        .get(("api_users_get", "Get an API user"), read::get)
        .edit(("api_users_edit", "Edit an API user"), read::get, ops::edit)
        .delete(("api_users_delete", "Delete an API user"), ops::delete)
        .status(DISABLE, ("api_users_disable", "Disable an API user"), ops::set_status, Status::Disabled)
        .status(ENABLE, ("api_users_enable", "Enable an API user"), ops::set_status, Status::Active)
        .act("/api/v1/api-users/{id}/token", replace, read::get, ops::replace_token)
        .part("/api/v1/api-users/{id}/health", ("api_users_health", "Get an API user's health"), read::health)
        .api
}
