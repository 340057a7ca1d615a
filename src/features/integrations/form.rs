//! `/integrations/new`: name, client ID, a secret that is shown this once, and what it may do.
//! `/integrations/{id}/edit`: what it may do, the one thing that can be changed later.

use super::api;
use super::dialogs::handed_over;
use super::model::{
    CLIENT_ID_MAX, Draft, FormChoices, IntegrationChange, IntegrationRow, NAME_MAX, NewIntegration, Rights,
};
use crate::access::{Levels, Screen};
use crate::console::done::{Done, Handed};
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Of, Saving, form_over, form_page, load_anew, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::as_well::{as_well, closed, offered};
use crate::console::rights::levels::{LevelsFields, LevelsState};
use crate::console::rights::places::{PlacesFields, PlacesState};
use crate::console::rights::role::{RoleState, role_card};
use crate::console::rights::said::{Given, sentences};
use crate::error::AppError;
use crate::rights::model::PlaceChoice;
use crate::ui::{Button, Card, CopyButton, FormErrors, Icon, Notice, SecretBox, Sent, TextField, Tone, use_toasts};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

#[component]
pub fn IntegrationFormPage() -> impl IntoView {
    form_over(OF_INTEGRATION, load, |(choices, row)| match row {
        None => view! { <CreateForm choices=choices /> }.into_any(),
        Some(row) => view! { <EditForm choices=choices row=row /> }.into_any(),
    })
}

const OF_INTEGRATION: Of = Of { title: "Integration", path: "/integrations", all: "All integrations" };

/// Without an integration while creating.
async fn load(id: Option<String>) -> Result<(FormChoices, Option<IntegrationRow>), AppError> {
    let choices = api::choices().await?;
    let row = match id {
        Some(id) => Some(api::look(id).await?.row),
        None => None,
    };
    Ok((choices, row))
}

/// What it may do, where: the part that both forms share.
#[derive(Clone, Copy)]
struct RightsState {
    levels: LevelsState,
    places: PlacesState,
    /// *Include them anyway*.
    open: RwSignal<bool>,
    /// The table, the mode and what was open as well, as they came.
    first: StoredValue<(Levels, String, Levels)>,
}

impl RightsState {
    fn new(rights: &Rights, everything: bool) -> RightsState {
        let (levels, places, on_everything) = match rights.one_table() {
            Some((levels, places, on_everything)) => (levels, Some(places), on_everything),
            None => (Levels::NONE, None, Levels::NONE),
        };
        let places = PlacesState::new(places.as_ref(), everything);
        RightsState {
            levels: LevelsState::new(&levels),
            places,
            open: RwSignal::new(!on_everything.is_empty()),
            first: StoredValue::new((levels, places.mode().get_untracked(), on_everything)),
        }
    }

    /// Takes over what was filled in before the application had started.
    fn take(self, sent: &Sent) {
        self.levels.take(sent);
        self.places.take(sent);
        sent.tick("organization_levels", self.open);
    }

    fn rights(self) -> Rights {
        let on_everything = if self.open.get_untracked() { untrack(|| self.as_well()) } else { Levels::NONE };
        Rights::of_one_table(self.levels.levels(), self.places.places(), on_everything)
    }

    /// What is chosen, in sentences.
    fn said(self, places: Vec<PlaceChoice>) -> Signal<Vec<String>> {
        let places = StoredValue::new(places);
        Signal::derive(move || {
            let levels = self.levels.chosen();
            let given = match places.with_value(|places| self.places.named(places)) {
                None => vec![Given::everywhere(levels)],
                Some(names) => {
                    let open = if self.open.get() { self.as_well() } else { Levels::NONE };
                    vec![Given::at(&levels, names), Given::everywhere(open)]
                }
            };
            sentences("It gets", &given)
        })
    }

    fn closed(self) -> Levels {
        if self.places.mode().with(|mode| mode == "some") { closed(&self.levels.chosen()) } else { Levels::NONE }
    }

    /// What *Include them anyway* gives.
    fn as_well(self) -> Levels {
        let (levels, mode) = (self.levels.chosen(), self.places.mode().get());
        self.first.with_value(|(first, first_mode, held)| {
            offered(levels == *first && mode == *first_mode, *held, self.closed())
        })
    }
}

#[component]
fn RightsFields(
    state: RightsState,
    choices: FormChoices,
    why: Option<String>,
    errors: FormErrors,
    #[prop(default = None)] role: Option<AnyView>,
) -> impl IntoView {
    let me = expect_context::<Me>();
    view! {
        <LevelsFields state=state.levels viewer=me.levels why=why error=errors.at("levels") title="Permissions"
            text="What its tokens can access. Full means read and write." />
        {role}
        <Card title="Buildings and floors" text="Screens that aren't tied to a place, such as Users, apply only if you choose Everything.">
            <PlacesFields state=state.places choices=choices.places everything=choices.everything error=errors.at("places") />
            {move || as_well(&state.closed(), &state.as_well(), state.open)}
        </Card>
    }
    .into_any()
}

#[component]
fn CreateForm(choices: FormChoices) -> impl IntoView {
    let me = expect_context::<Me>();
    let (blocked, kept) = (me.why_not_write(Screen::Integrations), FormDraft::here());
    let (name, client_id) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let rights = RightsState::new(&Rights::default(), choices.everything);
    let role = RoleState::new(None, Signal::derive(move || rights.levels.chosen().administers()));
    let generate = Action::new(|(): &()| api::generate());
    let draft = Signal::derive(move || generate.value().get().and_then(Result::ok));
    Effect::new(move |_| {
        let suggested = draft.get().map(|draft| draft.client_id);
        if let Some(id) = suggested.filter(|_| client_id.with_untracked(|id| id.trim().is_empty())) {
            client_id.set(id);
        }
    });
    if let Some(sent) = Sent::here() {
        sent.fill("name", name);
        sent.fill("client_id", client_id);
        role.take(&sent);
        rights.take(&sent);
    }
    let send = move || {
        let (name, client_id, role) = (name.get_untracked(), client_id.get_untracked(), Some(role.role()));
        let IntegrationChange { levels, places, place_levels } = rights.rights().into();
        let draft_id = draft.get_untracked().map(|draft| draft.id);
        api::create(NewIntegration { name, client_id, role, levels, places, place_levels }, draft_id)
    };
    let (create, made) = saving(send, done);
    let error = Signal::derive(move || {
        let failed = generate.value().get().and_then(Result::err);
        failed.or_else(|| made.error.get())
    });
    let saving = Saving { error, ..made };
    let errors = FormErrors::new(error);
    let stored = RwSignal::new(false);
    let uncopied = created(create, draft, stored);
    let role_card = role_card(role, &choices.roles, errors.at("role"));
    let (on_secret, on_rights) = (blocked.clone(), blocked.clone());
    let page = FormPage {
        summary: rights.said(choices.places.clone()),
        title: "Create integration".to_owned(),
        why: blocked,
        missing: Signal::derive(move || {
            let needed = || "Generate the client secret first, then copy it.".to_owned();
            draft.with(Option::is_none).then(needed)
        }),
        errors,
        saving,
        draft: kept,
        version: None,
        save: "Create integration",
        on_save: Callback::new(move |()| {
            create.dispatch(());
        }),
        above: ().into_any(),
        back: list::as_left("/integrations"),
    };
    let cards = view! {
        <Card title="Client" text="A third-party program, device or service that calls the HTTP API.">
            <TextField name="name" label="Name" value=name error=errors.at("name") required=true max_length=NAME_MAX placeholder="Cleaning robots" />
            <TextField name="client_id" label="Client ID" value=client_id error=errors.at("client_id") max_length=CLIENT_ID_MAX
                hint="Must be unique in this installation. Leave it empty to have one generated." />
            <Secret draft=draft client_id=client_id stored=stored pending=generate.pending() on_generate=move || { stored.set(false); generate.dispatch(()); }
                error=errors.at("draft_id") why=on_secret />
        </Card>
        <RightsFields state=rights choices=choices why=on_rights errors=errors role=Some(role_card) />
    };
    view! { {form_page(page, cards.into_any())} {uncopied} }.into_any()
}

/// What whoever sent the form without the application is told, for whom no secret was made before.
fn done(row: IntegrationRow) -> Done {
    let it = row.integration;
    Done::at(format!("/integrations/{}", it.id)).handing(Handed {
        title: format!("{} created", it.name),
        secrets: vec![("Client ID", it.client_id), ("Client secret", it.client_secret.unwrap_or_default())],
        text: "Copy both now. You won't see the secret again.".to_owned(),
    })
}

/// Once it is created, to its page; before that the secret once more, unless it was copied.
fn created(
    create: Action<(), Result<IntegrationRow, AppError>>,
    draft: Signal<Option<Draft>>,
    stored: RwSignal<bool>,
) -> impl Fn() -> Option<AnyView> + Clone {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let go = Callback::new(move |()| {
        if let Some(Ok(IntegrationRow { integration, .. })) = create.value().get_untracked() {
            toasts.say(format!("{} created", integration.name));
            navigate(&format!("/integrations/{}", integration.id), Default::default());
        }
    });
    Effect::new(move |_| {
        if create.value().with(|made| matches!(made, Some(Ok(_)))) && stored.get_untracked() {
            go.run(());
        }
    });
    move || {
        let made = create.value().get()?.ok().filter(|_| !stored.get_untracked())?;
        let secret = draft.get_untracked()?.client_secret;
        Some(handed_over("Client secret", made.integration.client_id, secret, go))
    }
}

/// *Generate*, then what it gave, to be copied before anything else.
#[component]
fn Secret(
    draft: Signal<Option<Draft>>,
    client_id: RwSignal<String>,
    stored: RwSignal<bool>,
    #[prop(into)] pending: Signal<bool>,
    #[prop(into)] on_generate: Callback<()>,
    error: Signal<Option<String>>,
    why: Option<String>,
) -> impl IntoView {
    let why = StoredValue::new(why);
    let button = move |label: &'static str| {
        view! { <Button icon=Icon::Key pending=pending disabled_reason=Signal::stored(why.get_value()) on_click=on_generate>{label}</Button> }
    };
    let shown = move |draft: Draft| {
        view! {
            <SecretBox label="Client secret" secret=draft.client_secret stored=stored
                note="Copy the client ID and secret now. You won't see the secret again." />
            <div class="toolbar">
                <CopyButton text=client_id label="Copy client ID" />
                {button("Generate another")}
            </div>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            {move || match draft.get() {
                Some(draft) => shown(draft),
                None => view! { <div>{button("Generate client secret")}</div> }.into_any(),
            }}
            <p class="field-error" role="status">{move || error.get()}</p>
        </div>
    }
    .into_any()
}

#[component]
fn EditForm(choices: FormChoices, row: IntegrationRow) -> impl IntoView {
    let me = expect_context::<Me>();
    let why = super::page::why_not(&me, &row.integration);
    let integration = row.integration;
    let stands = integration.rights();
    let differs = stands.one_table().is_none();
    let rights = RightsState::new(&stands, choices.everything);
    let sent = Sent::here();
    let version = sent.as_ref().and_then(Sent::version).unwrap_or(integration.version);
    sent.iter().for_each(|sent| rights.take(sent));
    let id = integration.id.clone();
    let page = format!("/integrations/{id}");
    let to = page.clone();
    let send = move || api::edit(id.clone(), version, rights.rights().into());
    let (save, saving) = saving(send, |_| Done::at(to));
    let errors = FormErrors::new(saving.error);
    let (toasts, navigate, mark) = (use_toasts(), use_navigate(), list::marking());
    let back = list::came_from("/integrations", page.clone());
    let target = back.clone();
    Effect::new(move |_| {
        if let Some(Ok(saved)) = save.value().get() {
            toasts.say(format!("{} saved", saved.integration.name));
            navigate(&target, Default::default());
            mark.run((saved.integration.id,));
        }
    });
    let differs = differs.then(|| view! {
        <Notice tone=Tone::Warn>"Its permissions differ from place to place, which this form can't show. Saving here replaces all of them."</Notice>
    });
    let form = FormPage {
        summary: rights.said(choices.places.clone()),
        title: format!("Permissions of {}", integration.name),
        why: why.clone(),
        missing: Signal::stored(None),
        errors,
        saving,
        draft: FormDraft::here(),
        version: Some(version),
        save: "Save",
        on_save: Callback::new(move |()| {
            save.dispatch(());
        }),
        above: view! { {differs} {load_anew(saving.error, format!("{page}/edit"))} }.into_any(),
        back,
    };
    let fields = view! { <RightsFields state=rights choices=choices why=why errors=errors /> };
    form_page(form, fields.into_any())
}
