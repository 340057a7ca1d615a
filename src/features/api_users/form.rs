//! `/members/api-users/new` and `/members/api-users/{id}/edit`: name, rank, teams, what it may do, and when its token ends.

use super::api;
use super::dialogs::{NO_DAY, handed_over};
use super::model::{ApiUser, ApiUserChange, ApiUserRow, NewApiUser};
use super::page::why_not;
use crate::access::Screen;
use crate::browser;
use crate::console::done::{Done, Handed};
use crate::console::draft::{FormDraft, Picked};
use crate::console::form::{FormPage, Of, form_over, form_page, load_anew, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::fields::{RightsFields, RightsState};
use crate::console::rights::role::{RoleState, role_card};
use crate::console::rights::said::sentences;
use crate::console::tabs::API_USERS;
use crate::error::AppError;
use crate::features::teams::api::{choices, devices};
use crate::rights::model::FormChoices;
use crate::rights::model::HeldRights;
use crate::types::{Name, Named, Remark};
use crate::ui::{
    Card, Choice, EndFields, Ends, FormErrors, Icon, IconButton, Picker, PickerChoices, Sent, TextArea, TextField,
    use_toasts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

#[component]
pub fn ApiUserFormPage() -> impl IntoView {
    form_over(OF_API_USER, load, |(choices, row)| view! { <ApiUserForm choices=choices row=row /> }.into_any())
}

pub const OF_API_USER: Of = Of { title: "API user", path: API_USERS, all: "All API users" };

/// Without an API user while adding.
async fn load(id: Option<String>) -> Result<(FormChoices, Option<ApiUserRow>), AppError> {
    let choices = choices().await?;
    let row = match id {
        Some(id) => Some(api::look(id).await?.row),
        None => None,
    };
    Ok((choices, row))
}

/// What is typed, ticked and picked.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    remark: RwSignal<String>,
    role: RoleState,
    teams: RwSignal<Vec<Named>>,
    rights: RightsState,
    ends: Ends,
    /// The API user and its version; none while adding.
    of: StoredValue<Option<(String, i64)>>,
}

/// What saving came to.
#[derive(Clone)]
enum SaveOutcome {
    Added(ApiUser),
    Edited(ApiUser),
}

impl Fields {
    fn new(row: Option<&ApiUserRow>, held: &HeldRights, choices: &FormChoices) -> Fields {
        let of = row.map(|row| &row.api_user);
        let text = |text: fn(&ApiUser) -> &String| RwSignal::new(of.map(text).cloned().unwrap_or_default());
        let rights = RightsState::new(held, choices);
        let teams = RwSignal::new(row.map(|row| row.teams.clone()).unwrap_or_default());
        // What a team administers, its members do.
        let administers = move || rights.chosen().administers() || teams.with(|teams| !teams.is_empty());
        let fields = Fields {
            name: text(|it| &it.name),
            remark: text(|it| &it.remark),
            role: RoleState::new(of.map(|it| it.role), Signal::derive(administers)),
            teams,
            rights,
            ends: Ends::new(expect_context::<Me>().now),
            of: StoredValue::new(of.map(|it| (it.id.clone(), it.version))),
        };
        if let Some(sent) = Sent::here() {
            fields.take(&sent);
        }
        fields
    }

    /// Takes over what was filled in before the application had started.
    fn take(self, sent: &Sent) {
        sent.fill("name", self.name);
        sent.fill("remark", self.remark);
        self.role.take(sent);
        sent.text("teams").into_iter().for_each(|text| read_teams(self.teams, text));
        self.rights.take(sent);
        self.ends.take(sent);
        if let Some(version) = sent.version() {
            self.of.update_value(|of| of.iter_mut().for_each(|(_, known)| *known = version));
        }
    }

    async fn save(self) -> Result<SaveOutcome, AppError> {
        let (name, remark) = (Name::from(self.name.get_untracked()), Remark::from(self.remark.get_untracked()));
        let role = Some(self.role.role());
        let teams = self.teams.get_untracked().into_iter().map(|team| team.id).collect();
        match self.of.get_value() {
            None => {
                let (rights, expires_at) = (self.rights.rights(), self.ends.at(NO_DAY)?);
                api::create(NewApiUser { name, remark, role, teams, rights, expires_at })
                    .await
                    .map(|row| SaveOutcome::Added(row.api_user))
            }
            Some((id, version)) => {
                let (name, remark, teams) = (Some(name), Some(remark), Some(teams));
                let change = ApiUserChange { name, remark, role, teams, rights: self.rights.changed() };
                api::edit(id, version, change).await.map(|row| SaveOutcome::Edited(row.api_user))
            }
        }
    }
}

#[component]
fn ApiUserForm(choices: FormChoices, row: Option<ApiUserRow>) -> impl IntoView {
    let me = expect_context::<Me>();
    let (why, title, label, back) = match row.as_ref().map(|row| &row.api_user) {
        None => (me.why_not_write(Screen::Members), "Add API user".to_owned(), "Add API user", API_USERS.to_owned()),
        Some(it) => (why_not(&me, it), format!("Edit {}", it.name), "Save", format!("{API_USERS}/{}", it.id)),
    };
    let held = row.as_ref().map(ApiUserRow::held).unwrap_or_default();
    let fields = Fields::new(row.as_ref(), &held, &choices);
    let version = fields.of.with_value(|of| of.as_ref().map(|(_, version)| *version));
    let (save, saving) = saving(move || fields.save(), done);
    let errors = FormErrors::new(saving.error);
    let places = StoredValue::new(choices.places.clone());
    let again = format!("{back}/edit");
    let back = list::came_from(API_USERS, back);
    let saved = saved(save, back.clone());
    let page = FormPage {
        summary: Signal::derive(move || sentences("It gets", &places.with_value(|places| fields.rights.given(places)))),
        title,
        why: why.clone(),
        missing: Signal::stored(None),
        errors,
        saving,
        draft: FormDraft::here(),
        version,
        save: label,
        on_save: Callback::new(move |()| {
            save.dispatch(());
        }),
        above: load_anew(saving.error, again),
        back,
    };
    let about = about(fields, errors);
    let role = role_card(fields.role, &choices.roles, errors.at("role"));
    let teams = teams(fields.teams, choices.teams.clone(), errors);
    let end = row.is_none().then(|| {
        view! {
            <Card title="Access token" text="Created together with the API user, and shown only once.">
                <EndFields state=fields.ends never="Never, until you replace it" error=errors.at("expires_at") />
            </Card>
        }
    });
    let search_devices = Action::new(|text: &String| devices(text.clone()));
    let cards = view! {
        {about} {teams}
        <RightsFields state=fields.rights search_devices=search_devices held=held choices=choices why=why errors=errors role=Some(role) />
        {end}
    };
    view! { {form_page(page, cards.into_any())} {saved} }.into_any()
}

fn about(fields: Fields, errors: FormErrors) -> AnyView {
    view! {
        <Card title="API user">
            <TextField name="name" label="Name" value=fields.name error=errors.at("name") required=true max_length=Name::MAX placeholder="Gateway in the basement" />
            <TextArea name="remark" label="Remark" value=fields.remark error=errors.at("remark") max_length=Remark::MAX
                hint="For example, where it runs and who looks after it." />
        </Card>
    }
    .into_any()
}

const PICKER: &str = "field-teams";

/// The teams are all here: the search goes through them without asking the server.
fn teams(chosen: RwSignal<Vec<Named>>, all: Vec<Named>, errors: FormErrors) -> AnyView {
    let all = StoredValue::new(all);
    let typed = RwSignal::new(String::new());
    let found: Signal<PickerChoices> = Signal::derive(move || {
        let wanted = typed.get().to_lowercase();
        let fits = |team: &&Named| team.name.to_lowercase().contains(wanted.trim());
        let choice = |team: &Named| {
            let taken = chosen.with(|chosen| chosen.contains(team)).then(|| "Already in this team.".to_owned());
            Choice::new(team.id.clone(), team.name.clone()).disabled(taken)
        };
        Some(Ok(all.with_value(|all| all.iter().filter(fits).take(20).map(choice).collect::<Vec<_>>())))
    });
    let pick = move |choice: Choice| {
        chosen.update(|chosen| chosen.push(Named { id: choice.value, name: choice.label }));
    };
    let text = move || chosen.with(|teams| teams.iter().map(|team| format!("{}\t{}\n", team.id, team.name)).collect());
    let back = move |text: String| read_teams(chosen, &text);
    let rows = move || chosen.get().into_iter().map(|team| team_row(chosen, team)).collect_view();
    view! {
        <Card title="Teams" text="It has its teams' permissions for as long as it belongs to them.">
            <Picker id=PICKER label="Add to a team" placeholder="Name" found=found error=errors.at("teams")
                on_search=move |text: String| typed.set(text) on_pick=pick />
            <Picked name="teams" text=Signal::derive(text) on_back=back />
            <div class="device-rows">{rows}</div>
        </Card>
    }
    .into_any()
}

/// One line each, as `teams` writes them.
fn read_teams(chosen: RwSignal<Vec<Named>>, text: &str) {
    let team = |line: &str| line.split_once('\t').map(|(id, name)| Named { id: id.to_owned(), name: name.to_owned() });
    chosen.set(text.lines().filter_map(team).collect());
}

fn team_row(chosen: RwSignal<Vec<Named>>, team: Named) -> AnyView {
    let (label, name) = (format!("Remove from {}", team.name), team.name);
    let id = team.id;
    let leave = move || {
        // Before its button goes.
        browser::focus(PICKER);
        chosen.update(|chosen| chosen.retain(|team| team.id != id));
    };
    view! { <div class="device-row"><strong>{name}</strong> <IconButton label=label icon=Icon::Close on_click=leave /></div> }
        .into_any()
}

/// What whoever sent the form without the application is told.
fn done(outcome: SaveOutcome) -> Done {
    match outcome {
        SaveOutcome::Edited(it) => Done::at(format!("{API_USERS}/{}", it.id)),
        SaveOutcome::Added(it) => Done::at(format!("{API_USERS}/{}", it.id)).handing(Handed {
            title: format!("Access token of {}", it.name),
            secrets: vec![("Access token", it.access_token.unwrap_or_default())],
            text: "Store it like a password. If you lose it, replace it with a new one.".to_owned(),
        }),
    }
}

/// After an edit, to where it began; after an addition, first the token to hand over.
fn saved(save: Action<(), Result<SaveOutcome, AppError>>, back: String) -> impl Fn() -> Option<AnyView> + Clone {
    let (toasts, navigate, mark) = (use_toasts(), use_navigate(), list::marking());
    let go = Callback::new(move |(href, id): (String, String)| {
        navigate(&href, Default::default());
        mark.run((id,));
    });
    Effect::new(move |_| {
        if let Some(Ok(SaveOutcome::Edited(it))) = save.value().get() {
            toasts.say(format!("{} saved", it.name));
            go.run((back.clone(), it.id));
        }
    });
    move || match save.value().get() {
        Some(Ok(SaveOutcome::Added(made))) => {
            let id = made.id.clone();
            Some(handed_over(made, Callback::new(move |()| go.run((format!("{API_USERS}/{id}"), id.clone())))))
        }
        _ => None,
    }
}
