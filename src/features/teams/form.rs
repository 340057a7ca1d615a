//! `/members/teams/new` and `/members/teams/{id}/edit`: name, remark, and what the team may do. Its members are on its page.

use super::api;
use super::model::{NewTeam, Team, TeamChange, TeamRow};
use super::page::why_not;
use crate::access::Screen;
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Saving, failed, form_page, load_anew};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::fields::{RightsFields, RightsState};
use crate::console::rights::said::sentences;
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
    let act = Action::new(move |(): &()| {
        let new = NewTeam {
            name: name.get_untracked().into(),
            remark: remark.get_untracked().into(),
            rights: rights.rights(),
            members: Vec::new(),
        };
        save(of.clone(), new, rights.changed())
    });
    let saving = Saving::of(act);
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
