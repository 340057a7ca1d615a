//! Which path shows which page. Every page is lazy: its code is fetched when it is first opened.

use super::layout::Layout;
use crate::browser;
use crate::features::alerts::page::AlertsPage;
use crate::features::devices::page::DevicesPage;
use crate::features::hvac::page::HvacPage;
use crate::features::lighting::page::LightingPage;
use crate::features::me::page::MePage;
use crate::features::profiles::form::ProfileFormPage;
use crate::features::profiles::page::ProfilesPage;
use crate::features::rooms::page::RoomsPage;
use crate::features::sessions::page::SessionsPage;
use crate::features::users::form::UserFormPage;
use crate::features::users::page::UsersPage;
use crate::ui::{ErrorState, provide_clock, provide_toasts};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    provide_clock();
    Effect::new(|_| browser::mark_hydrated());
    view! {
        <Title formatter=title />
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("me") view={Lazy::<MePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users") view={Lazy::<UsersPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users/new") view={Lazy::<UserFormPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("users/:id/edit") view={Lazy::<UserFormPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles") view={Lazy::<ProfilesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles/new") view={Lazy::<ProfileFormPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("profiles/:id/edit") view={Lazy::<ProfileFormPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("sessions") view={Lazy::<SessionsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("rooms") view={Lazy::<RoomsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("alerts") view={Lazy::<AlertsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("lighting") view={Lazy::<LightingPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("hvac") view={Lazy::<HvacPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("devices") view={Lazy::<DevicesPage>::new()} ssr=SsrMode::Async />
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
