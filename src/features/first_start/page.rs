//! `/start`: from an empty installation to the first user, step by step. `/` leads here until there is one.

use super::api;
use super::model::FirstSteps;
use crate::console::list::failed;
use crate::console::live::use_version;
use crate::types::Topic;
use crate::ui::{ButtonKind, ButtonLink, PageHeader, Skeleton, StatusBadge, Tone};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn FirstStepsPage() -> impl IntoView {
    let topics = [Topic::Settings, Topic::Profiles, Topic::Users].map(use_version);
    let steps = Resource::new(move || topics.map(|version| version.get()), |_| api::steps());
    view! {
        <Title text="First steps" />
        <Transition fallback=|| view! { <Skeleton lines=8 /> }>
            {move || Suspend::new(async move {
                match steps.await {
                    Ok(steps) => doors(&steps),
                    Err(error) => failed(error, Callback::new(move |()| steps.refetch())),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// One of the steps.
struct Step {
    title: &'static str,
    text: String,
    act: &'static str,
    href: &'static str,
    done: bool,
}

fn steps(of: &FirstSteps) -> [Step; 4] {
    let named = match of.is_named() {
        true => of.organization.clone(),
        false => format!("It's called “{}” until you rename it.", of.organization),
    };
    let mail = match &of.mail_server {
        Some(server) => format!("Mail is sent by {server}."),
        None => "Optional. Without one, you hand over temporary passwords yourself.".to_owned(),
    };
    let profile = "A profile says what a job can use, such as Night porter: Rooms at Read, Alerts at Full.";
    let user = "Give them a profile and the places where it applies.";
    let step = |title, text, act, href, done| Step { title, text, act, href, done };
    [
        step("Name the organization", named, "Name organization", "/settings", of.is_named()),
        step("Create the first profile", profile.to_owned(), "Create profile", "/profiles/new", of.has_profile),
        step("Add the first user", user.to_owned(), "Add user", "/users/new", of.has_user),
        step("Connect a mail server", mail, "View mail settings", "/settings", of.mail_server.is_some()),
    ]
}

fn doors(of: &FirstSteps) -> AnyView {
    let steps = steps(of);
    let (all, done) = (steps.len(), steps.iter().filter(|step| step.done).count());
    let next = steps.iter().position(|step| !step.done);
    let ready = of.are_done();
    let text = match ready {
        true => format!("{} has its first user. {done} of {all} steps done.", of.organization),
        false => format!(
            "{done} of {all} steps done. You can leave and come back: this is the home page until there's a user."
        ),
    };
    let one = |(at, step): (usize, Step)| door(step, next == Some(at) && !ready);
    view! {
        <PageHeader title="Open the doors" text=text>
            {ready.then(|| view! { <ButtonLink href="/users" kind=ButtonKind::Primary>"Show users"</ButtonLink> })}
        </PageHeader>
        <ol class="steps stack">{steps.into_iter().enumerate().map(one).collect_view()}</ol>
    }
    .into_any()
}

/// The next one has the primary button.
fn door(step: Step, next: bool) -> AnyView {
    let kind = if next { ButtonKind::Primary } else { ButtonKind::Secondary };
    let act = match step.done {
        true => view! { <StatusBadge tone=Tone::Ok word="Done" /> }.into_any(),
        false => view! { <ButtonLink href=step.href kind=kind>{step.act}</ButtonLink> }.into_any(),
    };
    view! {
        <li class="card" aria-current=next.then_some("step")>
            <div class="card-head"><h2>{step.title}</h2><p>{step.text}</p></div>
            {act}
        </li>
    }
    .into_any()
}
