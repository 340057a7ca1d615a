//! Top bar, side bar and the page between them.

use crate::access::{Level, SCREENS, Screen};
use crate::browser;
use crate::console::cells::icon;
use crate::console::list::provide_lists;
use crate::console::live::{provide_live, use_version};
use crate::console::me::Me;
use crate::console::sending::of_request;
use crate::error::{AppError, Kind};
use crate::features::live::IdleGuard;
use crate::features::me::api;
use crate::types::{Millis, Topic};
use crate::ui::{ErrorState, Glyph, Icon, ToastRegion, provide_clock};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

#[component]
pub fn Layout() -> impl IntoView {
    provide_live();
    provide_lists();
    // Both here and not in `App`: nothing is hydrated before the chunk of the page has come, and until then times must
    // read as the server wrote them.
    let clock = provide_clock();
    Effect::new(|_| browser::mark_hydrated());
    // Not a resource: all that stands below is rendered once, in the same order on the server and in the browser.
    let me = SharedValue::new(of_request::<Me>).into_inner();
    view! {
        {match me {
            Some(me) => {
                clock.adjust(me.now);
                let followed = follow(me.clone());
                frame(me, followed)
            }
            None => signed_out(AppError::sign_in()),
        }}
        <ToastRegion />
    }
    .into_any()
}

/// What changes without the page being loaded anew.
#[derive(Clone, Copy)]
struct Followed {
    /// Of inactivity.
    limit: RwSignal<Millis>,
    organization: RwSignal<Option<String>>,
}

/// When somebody's rights or the organization's settings changed, looks whether those of this person did: only then is the
/// page loaded anew, because that interrupts whoever is at it.
fn follow(shown: Me) -> Followed {
    let (access, settings) = (use_version(Topic::Access), use_version(Topic::Settings));
    let name = |me: &Me| me.organization.as_ref().map(|organization| organization.name.clone());
    let followed = Followed { limit: RwSignal::new(shown.idle_limit), organization: RwSignal::new(name(&shown)) };
    Effect::new(move |before: Option<(u32, u32)>| {
        let version = (access.get(), settings.get());
        if before.is_some_and(|before| before != version) {
            let shown = shown.clone();
            spawn_local(async move {
                let same = match api::view().await {
                    Ok(now) => {
                        followed.limit.try_set(now.idle_limit);
                        followed.organization.try_set(name(&now));
                        (now.levels, now.gate, now.role) == (shown.levels, shown.gate, shown.role)
                    }
                    Err(error) => error.kind != Kind::SignIn,
                };
                if !same {
                    browser::reload();
                }
            });
        }
        version
    });
    followed
}

/// The session is over: the page as such leads to the sign-in.
fn signed_out(error: AppError) -> AnyView {
    if error.kind == Kind::SignIn {
        Effect::new(|_| browser::reload());
    }
    view! { <main id="content"><div class="content"><ErrorState error=error /></div></main> }.into_any()
}

fn frame(me: Me, followed: Followed) -> AnyView {
    let name = if me.name.is_empty() { me.username.clone() } else { me.name.clone() };
    provide_context(me.clone());
    view! {
        <div class="shell">
            <a class="skip" href="#content">"Skip to content"</a>
            <header class="topbar">
                <button class="button quiet side-toggle" type="button" aria-label="More screens" popovertarget="side">
                    <Glyph icon=Icon::Menu />"More"
                </button>
                <a class="brand" href="/" rel="external" aria-label="Doorward, home page"><img src="/favicon.svg" alt="" width="24" height="24" /></a>
                <div class="org"><span>{move || followed.organization.get()}</span></div>
                <div class="topbar-end">
                    // Opened by `app/page.js`.
                    <button class="button quiet find" type="button" aria-label="Search" title="Ctrl K" disabled=browser::UNTIL_STARTED>
                        <Glyph icon=Icon::Search /><span class="when-wide">"Search"</span>
                    </button>
                    <a class="button quiet" href="/me" aria-label=format!("Personal: {name}")>
                        <Glyph icon=Icon::User /><span class="when-wide">{name.clone()}</span>
                    </a>
                    <form method="post" action="/sign-out">
                        <button class="button quiet" type="submit" aria-label="Sign out">
                            <Glyph icon=Icon::SignOut /><span class="when-wide">"Sign out"</span>
                        </button>
                    </form>
                </div>
            </header>
            <IdleGuard me=me.clone() limit=followed.limit.into() />
            <Navigation me=me />
            <main id="content" tabindex="-1"><div class="content"><Outlet /></div></main>
        </div>
    }
    .into_any()
}

/// The screens that one may read, in two groups. On a phone the first of them at the bottom, and all in a sheet (`style/phone.css`).
#[component]
fn Navigation(me: Me) -> impl IntoView {
    let platform = links(&me, |row| !row.administration);
    let administration = links(&me, |row| row.administration);
    view! {
        <nav id="side" class="side" aria-label="Screens" popover="auto">
            {(!platform.is_empty()).then(|| view! { <ul>{platform}</ul> })}
            {(!administration.is_empty()).then(|| view! {
                <h2 class="side-title" id="side-administration">"Administration"</h2>
                <ul aria-labelledby="side-administration">{administration}</ul>
            })}
        </nav>
    }
}

fn links(me: &Me, belongs: fn(&crate::access::ScreenRow) -> bool) -> Vec<AnyView> {
    let mut users_shown = false;
    let mut shown = Vec::new();
    for row in SCREENS.iter().filter(|row| belongs(row) && me.may(row.screen, Level::Read)) {
        let Some(path) = row.path else { continue };
        // Users, profiles and sessions are the tabs of one screen.
        if is_user_management(row.screen) {
            if !users_shown {
                shown.push(link(path, "User management", Icon::User, is_user_management_path));
                users_shown = true;
            }
            continue;
        }
        let also: fn(&str) -> bool = match row.screen {
            Screen::Members => |now| now.starts_with("/members/"),
            _ => |_| false,
        };
        shown.push(link(path, row.label, icon(row.screen), also));
    }
    shown
}

fn is_user_management(screen: Screen) -> bool {
    matches!(screen, Screen::Users | Screen::Profiles | Screen::Sessions | Screen::Integrations)
}

fn is_user_management_path(path: &str) -> bool {
    ["/users", "/profiles", "/sessions", "/integrations"].iter().any(|tab| path.starts_with(tab))
}

fn link(path: &'static str, label: &'static str, icon: Icon, also: fn(&str) -> bool) -> AnyView {
    let location = use_location();
    let current = move || location.pathname.with(|now| now.starts_with(path) || also(now)).then_some("page");
    view! {
        <li><a href=path aria-current=current on:click=move |_| browser::hide_popover("side")><Glyph icon=icon />{label}</a></li>
    }
    .into_any()
}
