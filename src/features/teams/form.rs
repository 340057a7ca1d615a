//! `/members/teams/new` and `/members/teams/{id}/edit`: name, remark, and what the team may do. Its members are on its page.

use super::api;
use super::model::{NAME_MAX, NewTeam, REMARK_MAX, Team, TeamChange, TeamRow};
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
use crate::rights::model::FormChoices;
use crate::rights::model::HeldRights;
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

/// What is typed and ticked.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    remark: RwSignal<String>,
    rights: RightsState,
    /// The team and its version; none while adding.
    of: StoredValue<Option<(String, i64)>>,
}

impl Fields {
    fn new(team: Option<&Team>, held: &HeldRights, choices: &FormChoices) -> Fields {
        let text = |text: fn(&Team) -> &String| RwSignal::new(team.map(text).cloned().unwrap_or_default());
        Fields {
            name: text(|team| &team.name),
            remark: text(|team| &team.remark),
            rights: RightsState::new(held, choices),
            of: StoredValue::new(team.map(|team| (team.id.clone(), team.version))),
        }
    }

    async fn save(self) -> Result<TeamRow, AppError> {
        let (name, remark) = (self.name.get_untracked(), self.remark.get_untracked());
        match self.of.get_value() {
            None => api::create(NewTeam { name, remark, rights: self.rights.rights(), members: Vec::new() }).await,
            Some((id, version)) => {
                let rights = self.rights.changed();
                api::edit(id, version, TeamChange { name: Some(name), remark: Some(remark), rights }).await
            }
        }
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
    let fields = Fields::new(row.as_ref().map(|row| &row.team), &held, &choices);
    let save = Action::new(move |(): &()| fields.save());
    let saving = Saving::of(save);
    let (toasts, navigate, mark, adding) = (use_toasts(), use_navigate(), list::marking(), row.is_none());
    let target = list::came_from(TEAMS, back.clone());
    let to = target.clone();
    Effect::new(move |_| {
        if let Some(Ok(TeamRow { team, .. })) = save.value().get() {
            toasts.say(format!("{} {}", team.name, if adding { "is added" } else { "saved" }));
            let page = format!("{TEAMS}/{}", team.id);
            navigate(if adding { &page } else { &to }, Default::default());
            mark.run((team.id,));
        }
    });
    let errors = FormErrors::new(saving.error);
    let places = StoredValue::new(choices.places.clone());
    let again = format!("{back}/edit");
    let page = FormPage {
        summary: Signal::derive(move || {
            sentences("The members", &places.with_value(|places| fields.rights.given(places)))
        }),
        title,
        why: why.clone(),
        missing: Signal::stored(None),
        errors,
        saving,
        draft: FormDraft::here(),
        save: save_label,
        on_save: Callback::new(move |()| {
            save.dispatch(());
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
            <TextField name="name" label="Name" value=fields.name error=errors.at("name") required=true max_length=NAME_MAX placeholder="Night shift" />
            <TextArea name="remark" label="Remark" value=fields.remark error=errors.at("remark") max_length=REMARK_MAX />
        </Card>
        <RightsFields state=fields.rights search_devices=search_devices held=held choices=choices why=why errors=errors />
    };
    form_page(page, cards.into_any())
}
