//! The pages that are not in the first WebAssembly file. Two chunks, `administration` and `platform`: each further one would
//! multiply the files with what chunks share, and with them the requests (`docs/decisions/0008-two-chunks.md`).
//! `preload` is not only for speed: hydration takes a page only when its chunk is there. A chunk that does not come is no
//! panic, as it is with Leptos' `#[lazy]`: the page says so, and is tried again.

mod absent;

use self::absent::absent;
use crate::access::Screen;
use crate::browser;
use crate::features::alerts::page::AlertsPage;
use crate::features::api_keys::form::ApiKeyFormPage;
use crate::features::api_keys::page::ApiKeysPage;
use crate::features::api_users::detail::ApiUserPage;
use crate::features::api_users::form::ApiUserFormPage;
use crate::features::api_users::page::ApiUsersPage;
use crate::features::devices::page::DevicesPage;
use crate::features::hvac::page::HvacPage;
use crate::features::integrations::detail::IntegrationPage;
use crate::features::integrations::form::IntegrationFormPage;
use crate::features::integrations::page::IntegrationsPage;
use crate::features::lighting::page::LightingPage;
use crate::features::me::page::MePage;
use crate::features::profiles::form::ProfileFormPage;
use crate::features::profiles::page::ProfilesPage;
use crate::features::rooms::page::RoomsPage;
use crate::features::sessions::page::SessionsPage;
use crate::features::settings::page::SettingsPage;
use crate::features::teams::detail::TeamPage;
use crate::features::teams::form::TeamFormPage;
use crate::features::teams::page::TeamsPage;
use crate::features::users::form::UserFormPage;
use crate::features::users::person::page::PersonPage;
use crate::ui::ErrorState;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::LazyRoute;
use std::future::pending;

/// A chunk that does not come is said by `view`. Not so while the page that the server rendered waits to be hydrated:
/// `absent` is not what stands there, and hydrating it would panic. A page that is left while it fetches comes here too.
async fn arrived(chunk: Result<(), SplitLoaderError>) {
    if chunk.is_err() && !browser::is_hydrated() {
        browser::fail_start();
        pending::<()>().await;
    }
}

/// A page of the chunk `platform`: the list of one screen, which is a number because types take no enums.
pub struct Platform<const SCREEN: u32>;

impl<const SCREEN: u32> LazyRoute for Platform<SCREEN> {
    fn data() -> Self {
        Platform
    }

    async fn view(_this: Self) -> AnyView {
        platform(SCREEN).await.unwrap_or_else(|_| absent())
    }

    async fn preload() {
        arrived(preload_platform().await).await;
    }
}

#[wasm_split(platform, wasm_split_path = leptos::wasm_split, preload(preload_platform), fallible)]
fn platform(screen: u32) -> Result<AnyView, SplitLoaderError> {
    const ROOMS: u32 = Screen::Rooms as u32;
    const ALERTS: u32 = Screen::Alerts as u32;
    const LIGHTING: u32 = Screen::Lighting as u32;
    const HVAC: u32 = Screen::Hvac as u32;
    const DEVICES: u32 = Screen::Devices as u32;
    Ok(match screen {
        ROOMS => view! { <RoomsPage /> }.into_any(),
        ALERTS => view! { <AlertsPage /> }.into_any(),
        LIGHTING => view! { <LightingPage /> }.into_any(),
        HVAC => view! { <HvacPage /> }.into_any(),
        DEVICES => view! { <DevicesPage /> }.into_any(),
        _ => view! { <ErrorState error=crate::error::AppError::not_found() /> }.into_any(),
    })
}

/// A page of the chunk `administration`.
pub struct Administration<const PAGE: u32>;

pub const ME: u32 = 0;
pub const PROFILES: u32 = 1;
pub const PROFILE: u32 = 2;
pub const SESSIONS: u32 = 3;
pub const USER: u32 = 4;
pub const INTEGRATIONS: u32 = 5;
pub const INTEGRATION: u32 = 6;
pub const INTEGRATION_FORM: u32 = 7;
pub const API_KEYS: u32 = 8;
pub const API_KEY: u32 = 9;
pub const SETTINGS: u32 = 20;
pub const TEAMS: u32 = 10;
pub const TEAM: u32 = 11;
pub const TEAM_FORM: u32 = 12;
pub const API_USERS: u32 = 13;
pub const API_USER: u32 = 14;
pub const API_USER_FORM: u32 = 15;
pub const PERSON: u32 = 16;

impl<const PAGE: u32> LazyRoute for Administration<PAGE> {
    fn data() -> Self {
        Administration
    }

    async fn view(_this: Self) -> AnyView {
        administration(PAGE).await.unwrap_or_else(|_| absent())
    }

    async fn preload() {
        arrived(preload_administration().await).await;
    }
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, preload(preload_administration), fallible)]
fn administration(page: u32) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        PROFILES => view! { <ProfilesPage /> }.into_any(),
        PROFILE => view! { <ProfileFormPage /> }.into_any(),
        SESSIONS => view! { <SessionsPage /> }.into_any(),
        PERSON => view! { <PersonPage /> }.into_any(),
        USER => view! { <UserFormPage /> }.into_any(),
        INTEGRATIONS => view! { <IntegrationsPage /> }.into_any(),
        INTEGRATION => view! { <IntegrationPage /> }.into_any(),
        INTEGRATION_FORM => view! { <IntegrationFormPage /> }.into_any(),
        API_KEYS => view! { <ApiKeysPage /> }.into_any(),
        API_KEY => view! { <ApiKeyFormPage /> }.into_any(),
        SETTINGS => view! { <SettingsPage /> }.into_any(),
        TEAMS => view! { <TeamsPage /> }.into_any(),
        TEAM => view! { <TeamPage /> }.into_any(),
        TEAM_FORM => view! { <TeamFormPage /> }.into_any(),
        API_USERS => view! { <ApiUsersPage /> }.into_any(),
        API_USER => view! { <ApiUserPage /> }.into_any(),
        API_USER_FORM => view! { <ApiUserFormPage /> }.into_any(),
        _ => view! { <MePage /> }.into_any(),
    })
}
