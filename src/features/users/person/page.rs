//! `/users/{id}`: who somebody is, what they may do where and because of what, and where they are signed in.

use super::building::buildings;
use super::check::CheckAccess;
use super::model::{HeldKey, OpenSession, PastEvent, Person};
use super::permissions::permissions;
use crate::console::cells::{or_none, table};
use crate::console::form::failed;
use crate::console::list;
use crate::console::live::use_version;
use crate::console::me::Me;
use crate::features::users::acts::not_signed_in;
use crate::features::users::api;
use crate::features::users::form::OF_USER;
use crate::features::users::may;
use crate::features::users::model::UserView;
use crate::features::users::page::{row_menu, status_badge};
use crate::types::Topic;
use crate::ui::{Ago, Button, ButtonLink, Card, Facts, Icon, PageHeader, Skeleton, Time};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn PersonPage() -> impl IntoView {
    let params = use_params_map();
    let topics = [Topic::Users, Topic::Access, Topic::Sessions].map(use_version);
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let person = Resource::new(move || (id.get(), topics.map(|version| version.get())), |(id, _)| api::look(id));
    let refetch = Callback::new(move |()| person.refetch());
    list::on_page_of_one();
    view! {
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match person.await {
                    Ok(person) => page(person),
                    Err(error) => failed(OF_USER, error, refetch),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(person: Person) -> AnyView {
    let Person { view, permissions: held, buildings: reach, sessions: open, keys: own, events: past, places } = person;
    let (title, name, text) = (view.user.name.clone(), view.user.name.clone(), in_short(&view));
    let idle = open.as_ref().filter(|open| open.is_empty()).map(|_| not_signed_in(&view.user.name));
    let (actions, facts, first) = (actions(&view, idle), facts(&view), first_name(&view.user.name));
    let (where_to, id) = (format!("Where {first} can go"), view.user.id.clone());
    let (held, reach) = (permissions(held, &first), buildings(reach));
    let open = open.map(|open| view! { <Card title="Sessions">{sessions(open)}</Card> });
    let past =
        past.map(|past| view! { <Card title="Activity" text="The latest changes to this user.">{events(past)}</Card> });
    view! {
        <Title text=title />
        <PageHeader title=name text=text>{actions}</PageHeader>
        <p><a href=list::as_left("/users")>"All users"</a></p>
        <div class="person">
            <div class="stack">
                <CheckAccess id=id first=first places=places />
                {held}
                {open}
                <Card title="API keys">{keys(own)}</Card>
                {past}
            </div>
            <div class="stack">
                <Card title=where_to text="The highest level on each floor.">{reach}</Card>
                <Card title="Details">{facts}</Card>
            </div>
        </div>
    }
    .into_any()
}

/// As one says it of somebody: the first word of a name.
fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}

/// `ivan.nightingale · Harbour House · Owner`
fn in_short(view: &UserView) -> String {
    [view.user.username.as_str(), &view.company_name, view.user.role.label()].join(" · ")
}

fn actions(view: &UserView, idle: Option<String>) -> AnyView {
    let me = expect_context::<Me>();
    let edit = match may::why_not_edit(&me, view) {
        None => {
            let href = format!("/users/{}/edit", view.user.id);
            view! { <ButtonLink href=href icon=Icon::Pencil>"Edit"</ButtonLink> }.into_any()
        }
        Some(why) => view! { <Button icon=Icon::Pencil disabled_reason=why>"Edit"</Button> }.into_any(),
    };
    view! { {edit} {row_menu(view, &me, list::List::at("/users"), || (), idle)} }.into_any()
}

fn facts(view: &UserView) -> AnyView {
    let user = &view.user;
    let last = match user.last_sign_in_at {
        Some(at) => view! { <Ago at=at /> }.into_any(),
        None => "Never".into_any(),
    };
    let rows = vec![
        ("Status", status_badge(user.status)),
        ("Last sign-in", last),
        ("Username", user.username.clone().into_any()),
        ("Email", or_none(user.email.clone())),
        ("Phone", or_none(user.phone.clone())),
        ("Region", user.region.label().into_any()),
        ("Company", view.company_name.clone().into_any()),
        ("Role", user.role.label().into_any()),
        ("Profiles", or_none(view.profile_names.join(", "))),
        ("Description", or_none(user.description.clone())),
    ];
    view! { <Facts rows=rows /> }.into_any()
}

fn sessions(open: Vec<OpenSession>) -> AnyView {
    if open.is_empty() {
        return view! { <p class="muted">"Not signed in."</p> }.into_any();
    }
    let row = |session: OpenSession| {
        view! {
            <tr>
                <td class="main" data-label="Client">{session.client}</td>
                <td data-label="Address">{session.address}</td>
                <td data-label="Signed in"><Ago at=session.signed_in_at /></td>
                <td data-label="Last activity"><Ago at=session.last_activity_at /></td>
            </tr>
        }
    };
    let rows = open.into_iter().map(row).collect_view().into_any();
    table("Sessions", &["Client", "Address", "Signed in", "Last activity"], rows)
}

fn keys(own: Vec<HeldKey>) -> AnyView {
    if own.is_empty() {
        return view! { <p class="muted">"No API keys."</p> }.into_any();
    }
    let when = |at: Option<_>| match at {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => "Never".into_any(),
    };
    let row = |key: HeldKey| {
        view! {
            <tr>
                <td class="main" data-label="Name">{key.name}</td>
                <td data-label="Created"><Ago at=key.created_at /></td>
                <td data-label="Expires">{when(key.expires_at)}</td>
                <td data-label="Last used">{when(key.last_used_at)}</td>
            </tr>
        }
    };
    let rows = own.into_iter().map(row).collect_view().into_any();
    table("API keys", &["Name", "Created", "Expires", "Last used"], rows)
}

fn events(past: Vec<PastEvent>) -> AnyView {
    if past.is_empty() {
        return view! { <p class="muted">"Nothing in the audit log."</p> }.into_any();
    }
    let row = |event: PastEvent| {
        view! {
            <tr>
                <td class="main" data-label="What">{in_words(&event.action)}</td>
                <td data-label="By">{event.actor_name}</td>
                <td data-label="When"><Ago at=event.at /></td>
            </tr>
        }
    };
    let rows = past.into_iter().map(row).collect_view().into_any();
    table("Activity", &["What", "By", "When"], rows)
}

/// What was done, as people say it; another action as the audit log names it.
fn in_words(action: &str) -> String {
    let words = match action {
        "users.create" => "Added",
        "users.edit" => "Edited",
        "users.disable" => "Disabled",
        "users.enable" => "Enabled",
        "users.reset_password" => "Password reset",
        "sessions.close" => "Session closed",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn what_is_done_to_a_user_is_said_in_words() {
        for act in ["create", "edit", "disable", "enable", "reset_password"] {
            assert!(!in_words(&format!("users.{act}")).contains('.'), "{act}");
        }
        assert_eq!(in_words("sessions.close"), "Session closed");
        assert_eq!(in_words("mail.send"), "mail.send", "as the audit log names it");
    }
}
