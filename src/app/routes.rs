//! Which path shows which page.

use super::chunks::{Page, Part};
use super::layout::Layout;
use crate::access::Screen;
use crate::ui::{ErrorState, provide_toasts};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    view! {
        <Title formatter=title />
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("start") view=Part::Administration(Page::FirstSteps) ssr=SsrMode::Async />
                    <Route path=path!("me") view=Part::Administration(Page::Me) ssr=SsrMode::Async />
                    <Route path=path!("me/api-keys") view=Part::Administration(Page::ApiKeys) ssr=SsrMode::Async />
                    <Route path=path!("me/api-keys/new") view=Part::Administration(Page::ApiKey) ssr=SsrMode::Async />
                    <Route path=path!("users") view=Part::Users ssr=SsrMode::Async />
                    <Route path=path!("users/new") view=Part::Administration(Page::User) ssr=SsrMode::Async />
                    <Route path=path!("users/:id") view=Part::Administration(Page::Person) ssr=SsrMode::Async />
                    <Route path=path!("users/:id/edit") view=Part::Administration(Page::User) ssr=SsrMode::Async />
                    <Route path=path!("profiles") view=Part::Administration(Page::Profiles) ssr=SsrMode::Async />
                    <Route path=path!("profiles/new") view=Part::Administration(Page::Profile) ssr=SsrMode::Async />
                    <Route path=path!("profiles/:id/edit") view=Part::Administration(Page::Profile) ssr=SsrMode::Async />
                    <Route path=path!("sessions") view=Part::Administration(Page::Sessions) ssr=SsrMode::Async />
                    <Route path=path!("integrations") view=Part::Administration(Page::Integrations) ssr=SsrMode::Async />
                    <Route path=path!("integrations/new") view=Part::Administration(Page::IntegrationForm) ssr=SsrMode::Async />
                    <Route path=path!("integrations/:id") view=Part::Administration(Page::Integration) ssr=SsrMode::Async />
                    <Route path=path!("integrations/:id/edit") view=Part::Administration(Page::IntegrationForm) ssr=SsrMode::Async />
                    <Route path=path!("members/teams") view=Part::Administration(Page::Teams) ssr=SsrMode::Async />
                    <Route path=path!("members/teams/new") view=Part::Administration(Page::TeamForm) ssr=SsrMode::Async />
                    <Route path=path!("members/teams/:id") view=Part::Administration(Page::Team) ssr=SsrMode::Async />
                    <Route path=path!("members/teams/:id/edit") view=Part::Administration(Page::TeamForm) ssr=SsrMode::Async />
                    <Route path=path!("members/api-users") view=Part::Administration(Page::ApiUsers) ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/new") view=Part::Administration(Page::ApiUserForm) ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/:id") view=Part::Administration(Page::ApiUser) ssr=SsrMode::Async />
                    <Route path=path!("members/api-users/:id/edit") view=Part::Administration(Page::ApiUserForm) ssr=SsrMode::Async />
                    <Route path=path!("settings") view=Part::Administration(Page::Settings) ssr=SsrMode::Async />
                    <Route path=path!("rooms") view=Part::Platform(Screen::Rooms) ssr=SsrMode::Async />
                    <Route path=path!("alerts") view=Part::Platform(Screen::Alerts) ssr=SsrMode::Async />
                    <Route path=path!("lighting") view=Part::Platform(Screen::Lighting) ssr=SsrMode::Async />
                    <Route path=path!("hvac") view=Part::Platform(Screen::Hvac) ssr=SsrMode::Async />
                    <Route path=path!("devices") view=Part::Platform(Screen::Devices) ssr=SsrMode::Async />
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
