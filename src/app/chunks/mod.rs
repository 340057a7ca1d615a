//! The pages that are not in the first WebAssembly file. Two chunks, `administration` and `platform`: each further one would
//! multiply the files with what chunks share, and with them the requests (`docs/decisions/0008-two-chunks.md`).
//! `preload` is not only for speed: hydration takes a page only when its chunk is there. A chunk that does not come is no
//! panic, as it is with Leptos' `#[lazy]`: the page says so, and is tried again.

mod absent;
mod over;

use self::absent::absent;
#[cfg(feature = "hydrate")]
use crate::access::SCREENS;
use crate::access::Screen;
use crate::browser;
use crate::features::alerts::page::AlertsPage;
use crate::features::api_keys::form::ApiKeyFormPage;
use crate::features::api_keys::page::ApiKeysPage;
use crate::features::api_users::detail::ApiUserPage;
use crate::features::api_users::form::ApiUserFormPage;
use crate::features::api_users::page::ApiUsersPage;
use crate::features::devices::page::DevicesPage;
use crate::features::first_start::page::FirstStepsPage;
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
use crate::features::users::dialogs::ActDialog;
use crate::features::users::form::UserFormPage;
use crate::features::users::may::Act;
use crate::features::users::page::UsersPage;
use crate::features::users::person::page::PersonPage;
use crate::ui::ErrorState;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::ChooseView;
use leptos_router::hooks::use_query_map;
use std::future::pending;

/// A chunk that does not come is said by `view`. Not so while the page that the server rendered waits to be hydrated:
/// `absent` is not what stands there, and hydrating it would panic. A page that is left while it fetches comes here too.
async fn arrived(chunk: Result<(), SplitLoaderError>) {
    if chunk.is_err() && !browser::is_hydrated() {
        browser::fail_start();
        pending::<()>().await;
    }
}

/// Fetches the chunk that is on this page.
#[cfg(feature = "hydrate")]
pub async fn fetch_for_this_page() {
    let (path, search) = browser::address();
    let screen = SCREENS.iter().find(|row| row.path == Some(path.trim_end_matches('/')));
    match screen {
        Some(row) if !row.administration => arrived(preload_platform().await).await,
        Some(row) if row.screen == Screen::Users && !search.contains("dialog=") => {}
        _ => arrived(preload_administration().await).await,
    }
}

/// A page of one of the chunks. One type for all of them: the router stamps its code anew for each.
#[derive(Clone, Copy)]
pub enum Part {
    Administration(Page),
    /// The list of one screen.
    Platform(Screen),
    /// Not in a chunk itself, as its dialogs are.
    Users,
}

/// What is in the chunk `administration`.
#[derive(Clone, Copy)]
pub enum Page {
    ApiKey,
    ApiKeys,
    ApiUser,
    ApiUserForm,
    ApiUsers,
    FirstSteps,
    Integration,
    IntegrationForm,
    Integrations,
    Me,
    Person,
    Profile,
    Profiles,
    Sessions,
    Settings,
    Team,
    TeamForm,
    Teams,
    User,
    /// Over the list of users.
    UserDialogs,
}

impl ChooseView for Part {
    async fn choose(self) -> AnyView {
        let page = match self {
            Part::Administration(page) => administration(page).await,
            Part::Platform(screen) => platform(screen).await,
            Part::Users => return view! { <UsersPage dialogs=over::USERS /> }.into_any(),
        };
        page.unwrap_or_else(|_| absent())
    }

    async fn preload(&self) {
        match self {
            Part::Administration(_) => arrived(preload_administration().await).await,
            Part::Platform(_) => arrived(preload_platform().await).await,
            Part::Users if use_query_map().with_untracked(Act::asked).is_none() => {}
            Part::Users => arrived(preload_administration().await).await,
        }
    }
}

#[wasm_split(platform, wasm_split_path = leptos::wasm_split, preload(preload_platform), fallible)]
fn platform(screen: Screen) -> Result<AnyView, SplitLoaderError> {
    Ok(match screen {
        Screen::Rooms => view! { <RoomsPage /> }.into_any(),
        Screen::Alerts => view! { <AlertsPage /> }.into_any(),
        Screen::Lighting => view! { <LightingPage /> }.into_any(),
        Screen::Hvac => view! { <HvacPage /> }.into_any(),
        Screen::Devices => view! { <DevicesPage /> }.into_any(),
        _ => view! { <ErrorState error=crate::error::AppError::not_found() /> }.into_any(),
    })
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, preload(preload_administration), fallible)]
fn administration(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::ApiKey => view! { <ApiKeyFormPage /> }.into_any(),
        Page::ApiKeys => view! { <ApiKeysPage /> }.into_any(),
        Page::ApiUser => view! { <ApiUserPage /> }.into_any(),
        Page::ApiUserForm => view! { <ApiUserFormPage /> }.into_any(),
        Page::ApiUsers => view! { <ApiUsersPage /> }.into_any(),
        Page::FirstSteps => view! { <FirstStepsPage /> }.into_any(),
        Page::Integration => view! { <IntegrationPage /> }.into_any(),
        Page::IntegrationForm => view! { <IntegrationFormPage /> }.into_any(),
        Page::Integrations => view! { <IntegrationsPage /> }.into_any(),
        Page::Me => view! { <MePage /> }.into_any(),
        Page::Person => view! { <PersonPage /> }.into_any(),
        Page::Profile => view! { <ProfileFormPage /> }.into_any(),
        Page::Profiles => view! { <ProfilesPage /> }.into_any(),
        Page::Sessions => view! { <SessionsPage /> }.into_any(),
        Page::Settings => view! { <SettingsPage /> }.into_any(),
        Page::Team => view! { <TeamPage /> }.into_any(),
        Page::TeamForm => view! { <TeamFormPage /> }.into_any(),
        Page::Teams => view! { <TeamsPage /> }.into_any(),
        Page::User => view! { <UserFormPage /> }.into_any(),
        Page::UserDialogs => view! { <ActDialog /> }.into_any(),
    })
}
