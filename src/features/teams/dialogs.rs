//! The questions on the page of a team, at `?dialog=add`, `delete`, `remove`.

use super::api;
use super::model::{MemberRow, TeamRow};
use super::page::members_in_short;
use crate::console::cells::words;
use crate::console::question::{Question, ask, close};
use crate::console::tabs::TEAMS;
use crate::error::AppError;
use crate::rights::model::MemberRef;
use crate::types::Page;
use crate::ui::{ButtonKind, Choice, FormDialog, Picker, PickerChoices, use_toasts};
use leptos::prelude::*;

/// A team and the members that the address asks for.
#[derive(Clone, Copy)]
pub struct TeamPageData {
    pub team: Resource<Result<TeamRow, AppError>>,
    pub members: Resource<Result<Page<MemberRow>, AppError>>,
}

impl TeamPageData {
    pub fn refetch(self) -> Callback<()> {
        Callback::new(move |()| {
            self.team.refetch();
            self.members.refetch();
        })
    }
}

/// What being in a team opens, in words.
fn gives(row: &TeamRow) -> String {
    let open = words(&row.facts.levels);
    if open.is_empty() { "none yet".to_owned() } else { open.join(", ") }
}

pub fn delete(row: &TeamRow, shown: TeamPageData) -> AnyView {
    let team = &row.team;
    let id = team.id.clone();
    let run = Action::new(move |(): &()| api::delete(id.clone()));
    let members = (team.user_count + team.api_user_count + team.hidden_count > 0)
        .then(|| format!("{} will lose the team's permissions: {}.", members_in_short(row), gives(row)));
    let question = Question {
        title: format!("Delete {}?", team.name),
        text: "This deletes the team, but not its members. You can't undo this. The audit log is kept.",
        action: "Delete team",
        follows: members.into_iter().collect(),
        name: Some(team.name.clone()),
        kind: ButtonKind::Danger,
        done: format!("{} is deleted", team.name),
        leaves: Some(TEAMS),
    };
    ask(question, run, close(), shown.refetch())
}

pub fn remove(row: &MemberRow, of: &TeamRow, shown: TeamPageData) -> AnyView {
    let (member, team) = (&row.member, &of.team);
    let (id, member_id) = (team.id.clone(), member.id.clone());
    let run = Action::new(move |(): &()| api::remove_member(id.clone(), member_id.clone()));
    let loses = format!(
        "{} immediately loses these permissions, unless they're also granted elsewhere: {}.",
        member.name,
        gives(of)
    );
    let question = Question {
        title: format!("Remove {} from {}?", member.name, team.name),
        text: "You can add this member again at any time.",
        action: "Remove from team",
        follows: vec![loses],
        name: None,
        kind: ButtonKind::Danger,
        done: format!("{} is removed from {}", member.name, team.name),
        leaves: None,
    };
    ask(question, run, close(), shown.refetch())
}

#[component]
pub fn AddDialog(shown: TeamPageData) -> impl IntoView {
    let close = close();
    let chosen = RwSignal::new(None::<MemberRow>);
    let search = Action::new(|text: &String| api::candidates(text.clone()));
    let found: Signal<PickerChoices> = Signal::derive(move || {
        search.value().get().map(|found| found.map(|people| people.iter().map(choice).collect()))
    });
    let pick = move |choice: Choice| {
        let people = search.value().get_untracked().and_then(Result::ok).unwrap_or_default();
        chosen.set(people.into_iter().find(|row| row.member.id == choice.value));
    };
    let add = Action::new(move |member: &MemberRef| {
        let (member, team) = (member.clone(), shown.team.get_untracked());
        async move { api::add_member(team.ok_or_else(AppError::not_found)??.team.id, member).await }
    });
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(Ok(member)) = add.value().get() {
            toasts.say(format!("{} is added", member.name));
            close.run(());
            shown.refetch().run(());
        }
    });
    let submit = move || {
        if let Some(MemberRow { member, .. }) = chosen.get_untracked() {
            add.dispatch(MemberRef { kind: member.kind, id: member.id });
        }
    };
    let nobody = Signal::derive(move || {
        chosen.with(Option::is_none).then(|| "Search for a user or API user, then choose one from the list.".to_owned())
    });
    let error = Signal::derive(move || add.value().get().and_then(Result::err));
    view! {
        <FormDialog title="Add member" submit_label="Add member" pending=add.pending() error=error on_submit=submit on_close=close disabled_reason=nobody>
            <Picker id="field-member" label="Search for a user or API user" placeholder="Name, username or email" found=found
                on_search=move |text: String| { search.dispatch(text); } on_pick=pick />
            {move || chosen.get().map(|row| about(&row, shown))}
        </FormDialog>
    }
    .into_any()
}

fn choice(row: &MemberRow) -> Choice {
    let (person, company) = (&row.member, &row.company_name);
    let who = match &person.username {
        Some(username) => format!("{username}, {company}"),
        None => format!("API user, {company}"),
    };
    let own = row.own.then(|| "Someone else has to add you to the team.".to_owned());
    Choice::new(person.id.clone(), person.name.clone()).hint(who).disabled(own)
}

/// Whom it will be, and what that gives them.
fn about(row: &MemberRow, shown: TeamPageData) -> AnyView {
    let gives = shown.team.get_untracked().and_then(Result::ok).map(|team| gives(&team)).unwrap_or_default();
    view! {
        <div aria-live="polite">
            <p><strong>{row.member.name.clone()}</strong> " " <span class="muted">{choice(row).hint}</span></p>
            <p>{format!("Permissions for as long as they belong to the team: {gives}.")}</p>
        </div>
    }
    .into_any()
}
