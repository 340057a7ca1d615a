//! `/members/teams/new` and `/members/teams/{id}/edit`: name, remark, and what the team may do. Its members are on its page.

use super::api;
use super::model::{NewTeam, Team, TeamChange, TeamRow};
use super::page::why_not;
use crate::access::Screen;
use crate::console::done::Done;
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Of, form_over, form_page, load_anew, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::fields::{RightsFields, RightsState};
use crate::console::rights::said::sentences;
use crate::console::tabs::TEAMS;
use crate::error::AppError;
use crate::rights::model::{FormChoices, NewRights};
use crate::types::{Name, Remark};
use crate::ui::{Card, FormErrors, Notice, Sent, TextArea, TextField, Tone, use_toasts};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

#[component]
pub fn TeamFormPage() -> impl IntoView {
    form_over(OF_TEAM, load, |(choices, row)| view! { <TeamForm choices=choices row=row /> }.into_any())
}

pub const OF_TEAM: Of = Of { title: "Team", path: TEAMS, all: "All teams" };

/// Without a team while adding.
async fn load(id: Option<String>) -> Result<(FormChoices, Option<TeamRow>), AppError> {
    let choices = api::choices().await?;
    let team = match id {
        Some(id) => Some(api::get(id).await?),
        None => None,
    };
    Ok((choices, team))
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
    let sent = Sent::here();
    let version = team.as_ref().map(|team| sent.as_ref().and_then(Sent::version).unwrap_or(team.version));
    let of = team.as_ref().map(|team| team.id.clone()).zip(version);
    let text = |text: fn(&Team) -> &String| RwSignal::new(team.as_ref().map(text).cloned().unwrap_or_default());
    let name = text(|team| &team.name);
    let remark = text(|team| &team.remark);
    let rights = RightsState::new(&held, &choices);
    if let Some(sent) = sent {
        sent.fill("name", name);
        sent.fill("remark", remark);
        rights.take(&sent);
    }
    let send = move || {
        let new = NewTeam {
            name: name.get_untracked().into(),
            remark: remark.get_untracked().into(),
            rights: rights.rights(),
            members: Vec::new(),
        };
        save(of.clone(), new, rights.changed())
    };
    let (act, saving) = saving(send, |row: TeamRow| Done::at(format!("{TEAMS}/{}", row.team.id)));
    let target = list::came_from(TEAMS, back.clone());
    saved(act, team.is_some().then(|| target.clone()));
    let errors = FormErrors::new(saving.error);
    let places = StoredValue::new(choices.places.clone());
    let again = format!("{back}/edit");
    let page = FormPage {
        summary: Signal::derive(move || {
            sentences("The members get", &places.with_value(|places| rights.given(places)))
        }),
        title,
        why: why.clone(),
        missing: Signal::stored(None),
        errors,
        saving,
        draft: FormDraft::here(),
        version,
        save: save_label,
        on_save: Callback::new(move |()| {
            act.dispatch(());
        }),
        above: load_anew(saving.error, again),
        back: target,
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

/// After an edit, back to where it began; after an addition, to the page of the team.
fn saved(act: Action<(), Result<TeamRow, AppError>>, back: Option<String>) {
    let (toasts, navigate, mark) = (use_toasts(), use_navigate(), list::marking());
    Effect::new(move |_| {
        if let Some(Ok(TeamRow { team, .. })) = act.value().get() {
            toasts.say(format!("{} {}", team.name, if back.is_some() { "saved" } else { "is added" }));
            let page = format!("{TEAMS}/{}", team.id);
            navigate(back.as_ref().unwrap_or(&page), Default::default());
            mark.run((team.id,));
        }
    });
}
