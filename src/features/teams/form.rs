//! `/members/teams/new` and `/members/teams/{id}/edit`: name, remark, and what the team may do. Its members are on its page.

use super::api;
use super::model::{NewTeam, Team, TeamChange, TeamRow};
use super::page::why_not;
use crate::access::Screen;
use crate::console::form::{FormPage, failed, form_page};
use crate::console::me::Me;
use crate::console::rights::fields::{RightsFields, RightsState};
use crate::console::tabs::TEAMS;
use crate::error::AppError;
use crate::rights::model::{FormChoices, NewRights};
use crate::types::{Name, Remark};
use crate::ui::{Card, FormErrors, Notice, Skeleton, TextArea, TextField, Tone, use_toasts};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

#[component]
pub fn TeamFormPage() -> impl IntoView {
    let params = use_params_map();
    // None while adding.
    let data = Resource::new(
        move || params.with(|params| params.get("id")),
        |id| async move {
            let choices = api::choices().await?;
            let team = match id {
                Some(id) => Some(api::get(id).await?),
                None => None,
            };
            Ok::<_, AppError>((choices, team))
        },
    );
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok((choices, row)) => view! { <TeamForm choices=choices row=row /> }.into_any(),
                    Err(error) => failed("Team", error, Callback::new(move |()| data.refetch()), TEAMS, "All teams"),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Adds a team, or edits the one of this id and version.
async fn save(of: Option<(String, i64)>, new: NewTeam, changed_rights: Option<NewRights>) -> Result<TeamRow, AppError> {
    match of {
        None => api::create(new).await,
        Some((id, version)) => api::edit(id, version, TeamChange { rights: changed_rights, ..new.texts() }).await,
    }
}

#[component]
fn TeamForm(choices: FormChoices, row: Option<TeamRow>) -> impl IntoView {
    let me = expect_context::<Me>();
    let (why, title, save_label, back) = match &row {
        None => (me.why_not_write(Screen::Members), "Add team".to_owned(), "Add team", TEAMS.to_owned()),
        Some(row) => (why_not(&me, row), format!("Edit {}", row.team.name), "Save", format!("{TEAMS}/{}", row.team.id)),
    };
    let own = row.as_ref().is_some_and(|row| row.own);
    let held = row.as_ref().map(TeamRow::held).unwrap_or_default();
    let team = row.map(|row| row.team);
    let of = team.as_ref().map(|team| (team.id.clone(), team.version));
    let text = |text: fn(&Team) -> &String| RwSignal::new(team.as_ref().map(text).cloned().unwrap_or_default());
    let name = text(|team| &team.name);
    let remark = text(|team| &team.remark);
    let rights = RightsState::new(&held, &choices);
    let saving = Action::new(move |(): &()| {
        let new = NewTeam {
            name: name.get_untracked().into(),
            remark: remark.get_untracked().into(),
            rights: rights.rights(),
            members: Vec::new(),
        };
        save(of.clone(), new, rights.changed())
    });
    let error = Signal::derive(move || saving.value().get().and_then(Result::err));
    saved(saving, team.is_none());
    let errors = FormErrors::new(error);
    let page = FormPage {
        title,
        why: why.clone(),
        error,
        pending: saving.pending().into(),
        save: save_label,
        on_save: Callback::new(move |()| {
            saving.dispatch(());
        }),
        again: format!("{back}/edit"),
        back,
    };
    let search_devices = Action::new(|text: &String| api::devices(text.clone()));
    let cards = view! {
        {own.then(|| view! {
            <Notice tone=Tone::Info>"You're a member of this team, so you can change its name and remark but not its permissions."</Notice>
        })}
        <Card title="Team">
            <TextField name="name" label="Name" value=name error=errors.at("name") required=true max_length=Name::MAX placeholder="Night shift" />
            <TextArea name="remark" label="Remark" value=remark error=errors.at("remark") max_length=Remark::MAX />
        </Card>
        <RightsFields state=rights search_devices=search_devices held=held choices=choices why=why errors=errors />
    };
    form_page(page, cards.into_any())
}

/// To the page of the team, which says what was done.
fn saved(saving: Action<(), Result<TeamRow, AppError>>, adding: bool) {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    Effect::new(move |_| {
        if let Some(Ok(TeamRow { team, .. })) = saving.value().get() {
            toasts.say(format!("{} {}", team.name, if adding { "is added" } else { "saved" }));
            navigate(&format!("{TEAMS}/{}", team.id), Default::default());
        }
    });
}
