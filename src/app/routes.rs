//! Which path shows which page.

use super::chunks::{
    API_KEY, API_KEYS, API_USER, API_USER_FORM, API_USERS, Administration, INTEGRATION, INTEGRATION_FORM, INTEGRATIONS,
    ME, PERSON, PROFILE, PROFILES, Platform, SESSIONS, SETTINGS, TEAM, TEAM_FORM, TEAMS, USER,
};
use super::layout::Layout;
use crate::access::Screen;
use crate::features::users::page::UsersPage;
use crate::ui::{ErrorState, provide_toasts};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    view! {
        <Title formatter=title />
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("me") view={Lazy::<Administration<ME>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("me/api-keys") view={Lazy::<Administration<API_KEYS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("me/api-keys/new") view={Lazy::<Administration<API_KEY>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users") view=UsersPage ssr=SsrMode::Async />
                    <Route path=path!("users/new") view={Lazy::<Administration<USER>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users/:id") view={Lazy::<Administration<PERSON>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users/:id/edit") view={Lazy::<Administration<USER>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles") view={Lazy::<Administration<PROFILES>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles/new") view={Lazy::<Administration<PROFILE>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles/:id/edit") view={Lazy::<Administration<PROFILE>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("sessions") view={Lazy::<Administration<SESSIONS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("integrations") view={Lazy::<Administration<INTEGRATIONS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("integrations/new") view={Lazy::<Administration<INTEGRATION_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("integrations/:id") view={Lazy::<Administration<INTEGRATION>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("integrations/:id/edit") view={Lazy::<Administration<INTEGRATION_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/teams") view={Lazy::<Administration<TEAMS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/teams/new") view={Lazy::<Administration<TEAM_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/teams/:id") view={Lazy::<Administration<TEAM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/teams/:id/edit") view={Lazy::<Administration<TEAM_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/api-users") view={Lazy::<Administration<API_USERS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/new") view={Lazy::<Administration<API_USER_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/:id") view={Lazy::<Administration<API_USER>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/:id/edit") view={Lazy::<Administration<API_USER_FORM>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("settings") view={Lazy::<Administration<SETTINGS>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("rooms") view={Lazy::<Platform<{ Screen::Rooms as u32 }>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("alerts") view={Lazy::<Platform<{ Screen::Alerts as u32 }>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("lighting") view={Lazy::<Platform<{ Screen::Lighting as u32 }>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("hvac") view={Lazy::<Platform<{ Screen::Hvac as u32 }>>::new()} ssr=SsrMode::Async />
                    <Route path=path!("devices") view={Lazy::<Platform<{ Screen::Devices as u32 }>>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

fn title(page: String) -> String {
    if page.is_empty() { "Doorward".to_owned() } else { format!("{page} · Doorward") }
}

#[component]
fn NotFound() -> impl IntoView {
    view! { <ErrorState error=crate::error::AppError::not_found() /> }
}
